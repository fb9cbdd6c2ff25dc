/** Problems that the client itself finds. What the platform answers has the codes of docs/problems.md. */
export type ClientProblemCode =
  /** No answer came: refused, reset, no network. Retryable. */
  | 'network-unreachable'
  /** No answer in the time given. Retryable; the request may have been carried out. */
  | 'timed-out'
  /** The socket closed before the answer. Retryable; the request may have been carried out. */
  | 'disconnected'
  /** Nobody is signed in, or the session has ended. */
  | 'not-signed-in'
  /** The answer was neither of the contract nor a problem. */
  | 'unreadable-answer'
  /** A file's length must be known before it is sent. */
  | 'length-required';

/** A problem as it crosses the wire, RFC 9457 with `retryable`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string | undefined;
  retryable: boolean;
  retryAfterMs?: number | undefined;
  errors?: readonly { path: string; message: string }[] | undefined;
}

const typePrefix = 'urn:storm:problem:';

/**
 * Whatever went wrong, told apart by `code`, which is stable.
 * @example catch (error) { if (error instanceof StormProblem && error.retryable) … }
 */
export class StormProblem extends Error {
  /** The last part of the problem's URN, or one of {@link ClientProblemCode}. */
  readonly code: ClientProblemCode | (string & {});
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  /** The same request may work later; the client's own retries go by it. */
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  /** Which parts of the request were wrong. */
  readonly errors: readonly { path: string; message: string }[];

  constructor(body: ProblemBody, cause?: unknown) {
    super(body.detail ?? body.title, cause === undefined ? undefined : { cause });
    this.name = 'StormProblem';
    this.code = body.type.startsWith(typePrefix) ? body.type.slice(typePrefix.length) : body.type;
    this.status = body.status;
    this.title = body.title;
    this.detail = body.detail;
    this.retryable = body.retryable;
    this.retryAfterMs = body.retryAfterMs;
    this.errors = body.errors ?? [];
  }
}

const clientProblems: Record<ClientProblemCode, { title: string; retryable: boolean }> = {
  'network-unreachable': { title: 'The server cannot be reached', retryable: true },
  'timed-out': { title: 'No answer in time', retryable: true },
  disconnected: { title: 'The connection closed before the answer', retryable: true },
  'not-signed-in': { title: 'Nobody is signed in', retryable: false },
  'unreadable-answer': { title: 'The answer could not be understood', retryable: false },
  'length-required': { title: 'The length of the file must be given', retryable: false },
};

export const clientProblem = (code: ClientProblemCode, detail?: string, cause?: unknown): StormProblem =>
  new StormProblem({ type: code, status: 0, detail, ...clientProblems[code] }, cause);

export const isRetryable = (error: unknown): error is StormProblem =>
  error instanceof StormProblem && error.retryable;
