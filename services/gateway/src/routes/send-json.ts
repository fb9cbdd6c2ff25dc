import type { FastifyReply } from 'fastify';

const contentType = 'application/json; charset=utf-8';
/** Up to this size a string leaves in one piece with the headers, which is cheaper than two pieces without a copy. */
const maxStringBytes = 8_192;

/** Answers with JSON that is encoded already: what another service wrote goes to the client without being parsed. */
export const sendJson = (reply: FastifyReply, status: number, json: Uint8Array | string): FastifyReply =>
  reply.code(status).header('content-type', contentType).send(toPayload(json));

export function toPayload(json: Uint8Array | string): Buffer | string {
  if (typeof json === 'string') return json;
  const bytes = Buffer.isBuffer(json) ? json : Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  return bytes.length > maxStringBytes ? bytes : bytes.toString();
}
