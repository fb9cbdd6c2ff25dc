import type { Endpoints } from './endpoints.ts';
import { readProblem } from './read-problem.ts';
import type { CallOptions, RouteAnswer, RouteInput } from './route-types.ts';
import { type Params, type Query, type RouteName, routes, routeUrl } from './routes.ts';
import type { SessionKeeper } from './session.ts';
import { clientProblem } from './storm-problem.ts';

export interface ExchangeInput {
  params?: Params | undefined;
  query?: Query | undefined;
  /** Sent as JSON. */
  body?: unknown;
  /** Gives what is sent as it is, instead of `body`; asked again for a second try. */
  raw?: (() => RequestInit['body']) | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
}

export interface ExchangeOptions extends CallOptions {
  /** `raw` can be asked a second time, after a 401; true when absent. */
  replayable?: boolean;
}

/** One HTTP exchange with the platform: address, token, time limit, problems. */
export interface Exchange {
  /** Status and parsed JSON of a success. @throws StormProblem for all else, the signal's reason when aborted. */
  json<N extends RouteName>(name: N, input: RouteInput<N>, options?: CallOptions): Promise<RouteAnswer<N>>;
  /** The answer with its body still to be read; the time limit holds until its headers. */
  open(name: RouteName, input: ExchangeInput, options?: ExchangeOptions): Promise<Response>;
}

interface Deps {
  endpoints: Endpoints;
  session: SessionKeeper;
  fetch: typeof fetch;
  timeoutMs: number;
}

export function createExchange({ endpoints, session, fetch, timeoutMs }: Deps): Exchange {
  async function once(name: RouteName, input: ExchangeInput, token: string | null, signal: AbortSignal) {
    const base = endpoints.current;
    const [method] = routes[name];
    const headers: Record<string, string> = { accept: 'application/json', ...input.headers };
    if (token !== null) headers.authorization = `Bearer ${token}`;
    const init: RequestInit & { duplex?: 'half' } = { method, headers, signal };
    if (input.raw !== undefined) Object.assign(init, { body: input.raw(), duplex: 'half' });
    else if (input.body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(input.body);
    }
    try {
      return await fetch(routeUrl(base, name, input.params, input.query), init);
    } catch (cause) {
      if (signal.aborted) throw signal.reason;
      endpoints.failed(base);
      throw clientProblem('network-unreachable', `${base} cannot be reached`, cause);
    }
  }

  async function authorized(
    name: RouteName,
    input: ExchangeInput,
    options: ExchangeOptions,
    signal: AbortSignal,
  ) {
    if (routes[name][2] === 'none') return once(name, input, null, signal);
    const token = await session.accessToken();
    const response = await once(name, input, token, signal);
    if (response.status !== 401 || options.replayable === false) return response;
    await response.body?.cancel();
    return once(name, input, await session.renewed(token), signal);
  }

  async function within<T>(
    options: ExchangeOptions,
    task: (signal: AbortSignal, headersCame: () => void) => Promise<T>,
  ) {
    const controller = new AbortController();
    const outer = options.signal;
    const abort = (): void => controller.abort(outer?.reason);
    if (outer?.aborted) abort();
    outer?.addEventListener('abort', abort, { once: true });
    const limitMs = options.timeoutMs ?? timeoutMs;
    const late = (): void => controller.abort(clientProblem('timed-out', `no answer in ${limitMs} ms`));
    const timer = Number.isFinite(limitMs) ? setTimeout(late, limitMs) : undefined;
    try {
      return await task(controller.signal, () => clearTimeout(timer));
    } finally {
      clearTimeout(timer);
      if (!outer?.aborted) outer?.removeEventListener('abort', abort);
    }
  }

  return {
    json: <N extends RouteName>(name: N, input: RouteInput<N>, options: CallOptions = {}) =>
      within(options, async (signal) => {
        const response = await authorized(name, input as ExchangeInput, options, signal);
        const body = await readJson(response, signal);
        if (!response.ok) throw readProblem(response.status, body, response.headers.get('retry-after'));
        // Both sides are built from the contract; checking it again is the platform's tests' work.
        return { status: response.status, body } as unknown as RouteAnswer<N>;
      }),
    open: (name, input, options = {}) =>
      within(options, async (signal, headersCame) => {
        const response = await authorized(name, input, options, signal);
        headersCame();
        if (response.ok || response.status === 304) return response;
        const body = await readJson(response, signal);
        throw readProblem(response.status, body, response.headers.get('retry-after'));
      }),
  };
}

async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw clientProblem('network-unreachable', 'the answer broke off', cause);
  }
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (!response.ok) return null;
    throw clientProblem('unreadable-answer', `${response.url} did not answer with JSON`, cause);
  }
}
