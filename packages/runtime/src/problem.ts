/** One row of a service's problem table. `retryable` tells a client (and a consumer) whether to try again. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
}

/** A problem as it crosses a wire: RFC 9457 members plus `retryable` and, where known, `retryAfterMs`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  retryable: boolean;
  retryAfterMs?: number;
  errors?: readonly { path: string; message: string }[];
}

export interface ProblemOptions {
  detail?: string;
  retryAfterMs?: number;
  errors?: readonly { path: string; message: string }[];
  cause?: unknown;
}

const typePrefix = 'urn:storm:problem:';

/** The only error that a service throws on purpose. `slug` is stable and documented in docs/problems.md. */
export class Problem extends Error {
  readonly slug: string;
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
  readonly options: ProblemOptions;

  constructor(slug: string, kind: ProblemKind, options: ProblemOptions = {}) {
    super(options.detail ?? kind.title, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.slug = slug;
    this.status = kind.status;
    this.title = kind.title;
    this.retryable = kind.retryable;
    this.options = options;
  }

  toBody(): ProblemBody {
    const { detail, retryAfterMs, errors } = this.options;
    return {
      type: typePrefix + this.slug,
      title: this.title,
      status: this.status,
      ...(detail === undefined ? {} : { detail }),
      retryable: this.retryable,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(errors === undefined ? {} : { errors }),
    };
  }

  /** Rebuilds the problem that another service answered with. */
  static fromBody(body: ProblemBody): Problem {
    const { type, title, status, retryable, ...rest } = body;
    const slug = type.startsWith(typePrefix) ? type.slice(typePrefix.length) : type;
    return new Problem(slug, { status, title, retryable }, rest);
  }
}

export type ProblemTable = Readonly<Record<string, ProblemKind>>;

/**
 * Turns a table of kinds into functions that build problems.
 * @example const problems = defineProblems({ 'not-found': { status: 404, title: 'Not found', retryable: false } });
 *          throw problems['not-found']({ detail: 'no such user' });
 */
export function defineProblems<T extends ProblemTable>(
  table: T,
): { readonly [K in keyof T & string]: (options?: ProblemOptions) => Problem } {
  const entries = Object.entries(table).map(([slug, kind]) => [
    slug,
    (options?: ProblemOptions) => new Problem(slug, kind, options),
  ]);
  return Object.freeze(Object.fromEntries(entries));
}

/** Problems that any service can meet. */
export const runtimeProblemTable = {
  'internal-error': { status: 500, title: 'Something went wrong on our side', retryable: true },
  'invalid-request': { status: 400, title: 'The request does not have the required shape', retryable: false },
  'service-unavailable': {
    status: 503,
    title: 'A service that this needs is not reachable',
    retryable: true,
  },
} as const satisfies ProblemTable;

export const runtimeProblems = defineProblems(runtimeProblemTable);
