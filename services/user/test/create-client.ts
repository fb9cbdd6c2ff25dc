import type { Tokens } from '@storm/contracts';
import type { ProblemBody } from '@storm/runtime';

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface UserClient {
  readonly url: string;
  call<T = ProblemBody>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  /** A new account, signed in. */
  register(username: string): Promise<Tokens>;
  refresh<T = Tokens>(refreshToken: string): Promise<Answer<T>>;
}

interface CallOptions {
  readonly json?: unknown;
  readonly raw?: string;
  readonly type?: string;
  readonly token?: string;
  readonly userAgent?: string;
}

export const password = 'correct horse battery';

/** Speaks to one replica as the gateway does. */
export function createClient(url: string): UserClient {
  const call = async <T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> => {
    const { json, raw = json === undefined ? null : JSON.stringify(json), token } = options;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(raw === null ? {} : { 'content-type': options.type ?? 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(options.userAgent === undefined ? {} : { 'user-agent': options.userAgent }),
      },
      body: raw,
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const body = (isJson ? JSON.parse(text) : text) as T;
    return { status: response.status, headers: response.headers, body };
  };
  return {
    url,
    call,
    async register(username) {
      const json = { username, displayName: username.toUpperCase(), password };
      const { body, status } = await call<Tokens>('POST', '/auth/register', { json });
      if (status !== 201) throw new Error(`registering failed: ${JSON.stringify(body)}`);
      return body;
    },
    refresh: (refreshToken) => call('POST', '/auth/refresh', { json: { refreshToken } }),
  };
}
