import { finishUpload, openUpload } from '@storm/contracts';
import { request as ask, type Bus, requestBytes, runtimeProblems } from '@storm/runtime';
import type { FastifyRequest } from 'fastify';
import { checkMember, type IsMember } from '../domain/check-media-access.ts';
import { problems } from '../problems.ts';
import type { ForgetUpload } from '../store/forget-upload.nats.ts';
import { InterruptedUpload, type ObjectTransfer } from '../store/object-transfer.ts';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

interface UploadParts {
  bus: Bus;
  transfer: ObjectTransfer;
  isMember: IsMember;
  maxBytes: number;
  forget: ForgetUpload;
}

function readLength(request: FastifyRequest, maxBytes: number): number {
  const header = request.headers['content-length'];
  if (header === undefined) throw problems['length-required']();
  const bytes = Number(header);
  if (bytes === 0) throw runtimeProblems['invalid-request']({ detail: 'the file is empty' });
  if (bytes > maxBytes) throw problems['too-large']({ detail: `files may have up to ${maxBytes} bytes` });
  return bytes;
}

/** The bytes go straight from the client's socket into the object store. */
export const createMediaUploadHandlers = ({
  bus,
  transfer,
  isMember,
  maxBytes,
  forget,
}: UploadParts): Pick<Handlers, 'uploadMedia'> => ({
  async uploadMedia(request, reply) {
    const { userId } = request.principal;
    const { conversationId } = request.params;
    const { name } = request.query;
    const bytes = readLength(request, maxBytes);
    const contentType = request.headers['content-type'] ?? 'application/octet-stream';
    await checkMember(isMember, userId, conversationId);
    const question = { userId, conversationId, name, contentType, bytes };
    const { mediaId, url, headers } = await ask(bus, openUpload, question);
    try {
      const status = await transfer.put({ url, headers, bytes }, request.raw);
      if (status !== 200) throw new Error(`the object store answered ${status}`);
    } catch (error) {
      void forget({ userId, mediaId });
      throw toProblem(error);
    }
    try {
      return sendJson(reply, 201, await requestBytes(bus, finishUpload, { userId, mediaId }, 15_000));
    } catch (error) {
      // Nothing was promised, and whoever tries again opens another.
      void forget({ userId, mediaId });
      throw error;
    }
  },
});

const toProblem = (error: unknown): Error =>
  error instanceof InterruptedUpload
    ? problems['upload-interrupted']()
    : runtimeProblems['service-unavailable']({
        detail: 'the object store did not take the file',
        retryAfterMs: 1_000,
        cause: error,
      });
