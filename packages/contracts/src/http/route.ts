import Type, { type TSchema } from 'typebox';
import { ConversationId } from '../ids.ts';

/** One route of the public API, declared once: the gateway serves it, the client calls it, OpenAPI describes it. */
export interface RouteContract {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly summary: string;
  readonly auth: 'bearer' | 'none';
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Where plain bytes stand instead of JSON: the request's body is a file, or the answer's is. */
  readonly bytes?: 'request' | 'response';
  readonly responses: Readonly<Record<number, TSchema>>;
}

export const route = <const R extends RouteContract>(contract: R): R => contract;

export const closed = { additionalProperties: false } as const;
export const nothing = Type.Null({ description: 'No content' });
/** The command is kept and will be carried out; the event follows. Asking again is safe. */
export const Accepted = Type.Object({ status: Type.Literal('accepted') }, closed);

export const ConversationParams = Type.Object({ conversationId: ConversationId }, closed);
