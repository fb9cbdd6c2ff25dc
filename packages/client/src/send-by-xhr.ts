import type { Media } from '@storm/contracts';
import type { Endpoints } from './endpoints.ts';
import type { ExchangeInput } from './exchange.ts';
import { readProblem } from './read-problem.ts';
import { type RouteName, routeUrl } from './routes.ts';
import type { SessionKeeper } from './session.ts';
import { clientProblem } from './storm-problem.ts';

interface Xhr {
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null };
  readonly status: number;
  readonly responseText: string;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  open(method: string, url: string): void;
  setRequestHeader(name: string, value: string): void;
  getResponseHeader(name: string): string | null;
  send(body: Blob): void;
  abort(): void;
}
const host = globalThis as { XMLHttpRequest?: new () => Xhr };

export const hasXhr = (): boolean => host.XMLHttpRequest !== undefined;

export interface XhrOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((sentBytes: number, totalBytes: number) => void) | undefined;
}

export type SendByXhr = (
  name: RouteName,
  input: ExchangeInput,
  body: Blob,
  options: XhrOptions,
) => Promise<Media>;

/** Sends a file from a browser, which tells the progress of an upload only to XMLHttpRequest. */
export function createSendByXhr(endpoints: Endpoints, session: SessionKeeper): SendByXhr {
  const attempt = (token: string, name: RouteName, input: ExchangeInput, body: Blob, options: XhrOptions) =>
    new Promise<{ status: number; text: string; retryAfter: string | null }>((resolve, reject) => {
      if (host.XMLHttpRequest === undefined) return reject(clientProblem('network-unreachable'));
      const xhr = new host.XMLHttpRequest();
      const { signal, onProgress } = options;
      const abort = (): void => xhr.abort();
      signal?.addEventListener('abort', abort, { once: true });
      xhr.open('POST', routeUrl(endpoints.current, name, input.params, input.query));
      for (const [key, value] of Object.entries(input.headers ?? {})) xhr.setRequestHeader(key, value);
      xhr.setRequestHeader('authorization', `Bearer ${token}`);
      xhr.upload.onprogress = ({ loaded, total }) => onProgress?.(loaded, total);
      xhr.onerror = () => reject(clientProblem('network-unreachable'));
      xhr.onabort = () => reject(signal?.reason);
      xhr.onload = () => {
        signal?.removeEventListener('abort', abort);
        const retryAfter = xhr.getResponseHeader('retry-after');
        resolve({ status: xhr.status, text: xhr.responseText, retryAfter });
      };
      xhr.send(body);
    });

  return async (name, input, body, options) => {
    options.signal?.throwIfAborted();
    const token = await session.accessToken();
    let answer = await attempt(token, name, input, body, options);
    if (answer.status === 401)
      answer = await attempt(await session.renewed(token), name, input, body, options);
    const json = parse(answer.text);
    if (answer.status >= 400) throw readProblem(answer.status, json, answer.retryAfter);
    return json as Media;
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
