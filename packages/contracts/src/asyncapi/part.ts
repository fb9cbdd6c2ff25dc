import type { ServiceName } from '../services.ts';
import { type Json, type JsonObject, plain } from './json.ts';
import { refer } from './name-schemas.ts';

/** A piece of the document: what one kind of contract adds to it. */
export interface Part {
  readonly channels: JsonObject;
  readonly operations: JsonObject;
  readonly messages: JsonObject;
}

export const joinParts = (parts: readonly Part[]): Part => ({
  channels: Object.assign({}, ...parts.map(({ channels }) => channels)),
  operations: Object.assign({}, ...parts.map(({ operations }) => operations)),
  messages: Object.assign({}, ...parts.map(({ messages }) => messages)),
});

export interface MessageText {
  readonly title: string;
  readonly summary?: string;
  readonly payload: unknown;
  readonly headers?: Json;
  /** JSON unless told. */
  readonly contentType?: string;
  readonly example: unknown;
}

export const describeMessage = (name: string, text: MessageText): JsonObject => ({
  name,
  title: text.title,
  ...(text.summary === undefined ? {} : { summary: text.summary }),
  ...(text.headers === undefined ? {} : { headers: text.headers }),
  ...(text.contentType === undefined ? {} : { contentType: text.contentType }),
  payload: refer(text.payload),
  examples: [{ payload: plain(text.example) }],
});

export interface ChannelText {
  /** Null for the inbox that a question names itself. */
  readonly address: string | null;
  readonly title: string;
  readonly description?: string;
  readonly server: 'bus' | 'gateway';
  readonly messages: readonly string[];
  readonly more?: JsonObject;
}

const parameters: Readonly<Record<string, string>> = {
  conversationId: 'The conversation',
  userId: 'The user',
  mediaId: 'The file',
  stream: 'The stream that it was parked from',
  consumer: 'The durable consumer that could not handle it',
  partition: 'Which part of the conversations: FNV-1a of the id, modulo their number',
};

export function describeChannel(text: ChannelText): JsonObject {
  const names = [...(text.address ?? '').matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const described = names.map((name) => [name, { description: parameters[name] ?? name }]);
  return {
    address: text.address,
    title: text.title,
    ...(text.description === undefined ? {} : { description: text.description }),
    servers: [{ $ref: `#/servers/${text.server}` }],
    ...(names.length === 0 ? {} : { parameters: Object.fromEntries(described) }),
    messages: Object.fromEntries(
      text.messages.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    ...text.more,
  };
}

export interface OperationText {
  readonly action: 'send' | 'receive';
  readonly by: ServiceName;
  readonly channel: string;
  readonly summary: string;
  readonly messages: readonly string[];
  readonly reply?: Json;
  readonly more?: JsonObject;
}

/** What one service does, seen from it. */
export const describeOperation = (text: OperationText): JsonObject => ({
  action: text.action,
  summary: text.summary,
  tags: [{ name: text.by }],
  channel: { $ref: `#/channels/${text.channel}` },
  messages: messagesOf(text.channel, text.messages),
  ...(text.reply === undefined ? {} : { reply: text.reply }),
  ...text.more,
});

export const messagesOf = (channel: string, names: readonly string[]): Json[] =>
  names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
