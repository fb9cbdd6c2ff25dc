import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { collectChunks } from './collect-chunks.ts';

/** Silence after which a transfer is given up; a copy inside the store is silent until it is done. */
const idleMs = 30_000;

/**
 * Streams to and from presigned URLs, holding a few chunks at a time: the client library would collect a stream of
 * known size up to its part size of 64 MiB in memory before it sends the first byte.
 */
export interface ObjectTransfer {
  /** The answer's head has arrived; its body is the caller's to read or destroy. */
  get(url: string): Promise<IncomingMessage>;
  /** @returns the status. */
  put(url: string, source: Readable, bytes: number): Promise<number>;
  /** What the client library sends its own requests with, so that no call of its waits for ever either. */
  readonly transport: { request: typeof requestHttp };
  close(): void;
}

export function createObjectTransfer(useTls: boolean): ObjectTransfer {
  const options = { keepAlive: true, maxFreeSockets: 8 };
  const agent = useTls ? new HttpsAgent(options) : new HttpAgent(options);
  const send = ((...given: Parameters<typeof requestHttp>) => {
    const request = (useTls ? requestHttps : requestHttp)(...given);
    request.setTimeout(idleMs, () =>
      request.destroy(new Error(`the object store was silent for ${idleMs} ms`)),
    );
    return request;
  }) as typeof requestHttp;

  return {
    get: (url) =>
      new Promise((resolve, reject) => {
        const request = send(url, { agent });
        request.on('error', reject);
        request.on('response', (response) => {
          response.on('data', (chunk: Uint8Array) => collectChunks(chunk.length)).pause();
          resolve(response);
        });
        request.end();
      }),
    async put(url, source, bytes) {
      const headers = { 'content-length': bytes, 'content-type': 'application/octet-stream' };
      const request = send(url, { method: 'PUT', agent, headers });
      const answered = new Promise<number>((resolve, reject) => {
        request.on('error', reject);
        request.on('response', (response) => {
          response.on('error', reject);
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.resume();
        });
      });
      source.on('data', (chunk: Uint8Array) => collectChunks(chunk.length)).pause();
      const [status] = await Promise.all([answered, pipeline(source, request)]);
      return status;
    },
    transport: { request: send },
    close: () => agent.destroy(),
  };
}
