import { isNativeError } from 'node:util/types';
import { runtimeProblems } from '@storm/runtime';
import { type Dispatcher, Pool } from 'undici';
import type { UpstreamAnswer, UpstreamRequest, UserService } from './user-service.ts';

const maxWaiting = 512;
const empty = Buffer.alloc(0);

export function createUserService(url: string): UserService {
  const { origin } = new URL(url);
  const pool = new Pool(origin, {
    connections: 64,
    connect: { timeout: 1_000 },
    keepAliveTimeout: 20_000,
    maxResponseSize: 1_048_576,
  });
  const waiting = new Set<{ deadline: number; reject(error: Error): void }>();
  let sweeper: NodeJS.Timeout | undefined;
  // The pool's own limits only begin once a connection is free. One timer for all: most are answered in a millisecond.
  const sweep = (): void => {
    const now = Date.now();
    for (const { deadline, reject } of waiting) if (deadline <= now) reject(new Error('no answer in time'));
  };

  const once = (request: UpstreamRequest): Promise<UpstreamAnswer> =>
    new Promise((resolve, reject) => {
      const { timeoutMs = 5_000 } = request;
      const one = { deadline: Date.now() + timeoutMs, reject };
      waiting.add(one);
      sweeper ??= setInterval(sweep, 250);
      const finish = (): void => {
        waiting.delete(one);
        if (waiting.size > 0) return;
        clearInterval(sweeper);
        sweeper = undefined;
      };
      const { method, path, headers, body = null } = request;
      pool.dispatch(
        { method, path, headers, body, headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
        collect(
          (answer) => {
            finish();
            resolve(answer);
          },
          (error) => {
            finish();
            reject(error);
          },
        ),
      );
    });
  const fail = (error: unknown): never => {
    throw unavailable('the user service does not answer', error);
  };
  const ask = (request: UpstreamRequest): Promise<UpstreamAnswer> => {
    if (waiting.size >= maxWaiting)
      return Promise.reject(unavailable('too many requests wait for the user service'));
    return once(request).catch((error: unknown) => {
      // It closed an idle connection in the moment that we used it: a read may be asked again.
      if (request.method === 'GET' && isStaleConnection(error)) return once(request).catch(fail);
      return fail(error);
    });
  };
  return {
    ask,
    async ping() {
      const { status } = await ask({ method: 'GET', path: '/', headers: {}, timeoutMs: 1_000 });
      if (status !== 200) throw new Error(`answered ${status}`);
    },
    close: () => pool.destroy(),
  };
}

/** Gathers one small answer; a body of one chunk, the usual case, is not copied. */
function collect(
  done: (answer: UpstreamAnswer) => void,
  failed: (error: Error) => void,
): Dispatcher.DispatchHandler {
  let status = 0;
  let headers: UpstreamAnswer['headers'] = {};
  const chunks: Buffer[] = [];
  return {
    onRequestStart: () => undefined,
    onResponseStart(_controller, statusCode, received) {
      status = statusCode;
      headers = received;
    },
    onResponseData: (_controller, chunk) => void chunks.push(chunk),
    onResponseEnd() {
      const contentType = headers['content-type'];
      const [only = empty] = chunks;
      done({
        status,
        contentType: typeof contentType === 'string' ? contentType : '',
        headers,
        body: chunks.length > 1 ? Buffer.concat(chunks) : only,
      });
    },
    onResponseError: (_controller, error) => failed(error),
  };
}

const isStaleConnection = (error: unknown): boolean =>
  isNativeError(error) &&
  'code' in error &&
  (error.code === 'UND_ERR_SOCKET' || error.code === 'ECONNRESET' || error.code === 'EPIPE');

const unavailable = (detail: string, cause?: unknown): Error =>
  runtimeProblems['service-unavailable']({
    detail,
    retryAfterMs: 1_000,
    ...(cause === undefined ? {} : { cause }),
  });
