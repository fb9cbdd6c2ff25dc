import { createHash } from 'node:crypto';
import { apiPrefix, type Media } from '@storm/contracts';
import { waitUntil } from '../sleep.ts';
import { type Answer, call } from './call.ts';
import type { Person } from './person.ts';

/** An upload that was answered with 201. */
export interface Upload {
  readonly person: Person;
  readonly mediaId: string;
  readonly sha256: string;
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Uploads plain text, which is kept byte for byte. @throws when there is no answer in 30 s. */
export async function upload(
  url: string,
  person: Person,
  conversationId: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<{ answer: Answer<Media>; kept: Upload | null }> {
  const response = await fetch(`${url}${apiPrefix}/conversations/${conversationId}/media?name=proof.txt`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', authorization: `Bearer ${person.token}` },
    body: bytes,
    signal: AbortSignal.timeout(30_000),
  });
  const body = (await response.json()) as Media;
  const { status, headers } = response;
  const kept = status === 201 ? { person, mediaId: body.id, sha256: sha256Of(bytes) } : null;
  return { answer: { status, headers, body }, kept };
}

/** Whether the file becomes ready within `timeoutMs` and comes back with the very bytes that were acknowledged. */
export async function isThere(
  url: string,
  { person, mediaId, sha256 }: Upload,
  timeoutMs: number,
): Promise<boolean> {
  const { token } = person;
  const isReady = async (): Promise<boolean> => {
    const answer = await call<Media>(`${url}${apiPrefix}/media/${mediaId}`, { token }).catch(() => null);
    return answer?.status === 200 && answer.body.status === 'ready';
  };
  if (!(await waitUntil(isReady, timeoutMs))) return false;
  const response = await fetch(`${url}${apiPrefix}/media/${mediaId}/content`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  });
  return response.status === 200 && sha256Of(new Uint8Array(await response.arrayBuffer())) === sha256;
}
