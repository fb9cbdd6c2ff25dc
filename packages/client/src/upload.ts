import type { ConversationId, Media } from '@storm/contracts';
import { countedStream } from './counted-stream.ts';
import type { Exchange } from './exchange.ts';
import { hasXhr, type SendByXhr } from './send-by-xhr.ts';
import { clientProblem } from './storm-problem.ts';

export interface UploadSource {
  data: Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Needed for streams, whose length nobody can see. */
  bytes?: number;
  /** Taken from a `File` when absent. */
  name?: string;
  contentType?: string;
}

export interface UploadOptions {
  signal?: AbortSignal;
  onProgress?: (sentBytes: number, totalBytes: number) => void;
  /** No limit when absent: a large file takes its time. */
  timeoutMs?: number;
}

/**
 * Sends a file to a conversation; it is then `processing` until `media-processed.v1` says otherwise.
 * @throws StormProblem `length-required` for a stream without `bytes`, or what the platform answered
 */
export type Upload = (
  conversationId: ConversationId,
  source: UploadSource,
  options?: UploadOptions,
) => Promise<Media>;

export function createUpload(exchange: Exchange, sendByXhr: SendByXhr): Upload {
  return async (conversationId, source, options = {}) => {
    const { data } = source;
    const totalBytes = source.bytes ?? lengthOf(data);
    if (totalBytes === undefined) throw clientProblem('length-required');
    const named = data as { name?: unknown; type?: unknown };
    const name = source.name ?? (typeof named.name === 'string' ? named.name : 'file');
    const ownType = typeof named.type === 'string' && named.type !== '' ? named.type : undefined;
    const contentType = source.contentType ?? ownType ?? 'application/octet-stream';
    const { signal, onProgress, timeoutMs = Number.POSITIVE_INFINITY } = options;
    const input = { params: { conversationId }, query: { name }, headers: { 'content-type': contentType } };

    // A browser tells the progress of an upload only this way, and streams a body only over HTTP/2.
    if (hasXhr() && data instanceof Blob)
      return sendByXhr('uploadMedia', input, data, { signal, onProgress });

    const isWhole = data instanceof Blob || data instanceof Uint8Array;
    const report = onProgress === undefined ? undefined : (sent: number) => onProgress(sent, totalBytes);
    const raw = (): RequestInit['body'] =>
      (isWhole && report === undefined ? data : countedStream(data, report)) as RequestInit['body'];
    const response = await exchange.open(
      'uploadMedia',
      {
        ...input,
        headers: { ...input.headers, 'content-length': String(totalBytes) },
        raw,
      },
      { signal, timeoutMs, replayable: isWhole },
    );
    return (await response.json()) as Media;
  };
}

function lengthOf(data: UploadSource['data']): number | undefined {
  if (data instanceof Blob) return data.size;
  return data instanceof Uint8Array ? data.byteLength : undefined;
}
