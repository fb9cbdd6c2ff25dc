import { abortUpload, finishUpload, openUpload } from '@storm/contracts';
import { request as ask, type Bus, type Logger, requestBytes, runtimeProblems } from '@storm/runtime';
import type { FastifyRequest } from 'fastify';
import { checkMember, type IsMember } from '../domain/check-media-access.ts';
import { problems } from '../problems.ts';
import { InterruptedUpload, type ObjectTransfer } from '../store/object-transfer.ts';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

interface UploadParts {
  bus: Bus;
  transfer: ObjectTransfer;
  isMember: IsMember;
  maxBytes: number;
  log: Logger;
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
  log,
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
      ask(bus, abortUpload, { userId, mediaId }).catch((aborting: unknown) =>
        log.warn({ err: aborting, mediaId }, 'a broken upload could not be forgotten'),
      );
      throw toProblem(error);
    }
    return sendJson(reply, 201, await requestBytes(bus, finishUpload, { userId, mediaId }, 15_000));
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
