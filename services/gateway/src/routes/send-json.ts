import type { FastifyReply } from 'fastify';

const contentType = 'application/json; charset=utf-8';

/** Answers with JSON that is encoded already: bytes of another service go to the client without being parsed. */
export function sendJson(reply: FastifyReply, status: number, json: Uint8Array | string): FastifyReply {
  const payload =
    typeof json === 'string' || Buffer.isBuffer(json)
      ? json
      : Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  return reply.code(status).header('content-type', contentType).send(payload);
}
