import type { IncomingMessage } from 'node:http';
import type { MediaId, UserId } from '@storm/contracts';
import { runtimeProblems } from '@storm/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkMediaAccess, type IsMember } from '../domain/check-media-access.ts';
import { problems } from '../problems.ts';
import type { Download, MediaCatalog, Variant } from '../store/media-catalog.ts';
import type { ObjectTransfer } from '../store/object-transfer.ts';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

type DownloadHandlers = Pick<Handlers, 'getMedia' | 'downloadMedia' | 'downloadThumbnail'>;

const passedOn = ['range', 'if-none-match', 'if-range', 'if-modified-since'] as const;
const passedBack = ['content-length', 'content-range', 'accept-ranges', 'etag', 'last-modified'] as const;
const served = new Set([200, 206, 304]);

export function createMediaDownloadHandlers(
  catalog: MediaCatalog,
  transfer: ObjectTransfer,
  isMember: IsMember,
): DownloadHandlers {
  const find = async (userId: UserId, mediaId: MediaId, variant: Variant): Promise<Download> =>
    checkMediaAccess(isMember, userId, await catalog.findDownload(mediaId, variant));

  const open = async (request: FastifyRequest, download: Download): Promise<IncomingMessage> => {
    const headers: Record<string, string> = {};
    for (const name of passedOn) {
      const value = request.headers[name];
      if (typeof value === 'string') headers[name] = value;
    }
    try {
      return await transfer.get({ url: download.url, headers });
    } catch (cause) {
      throw runtimeProblems['service-unavailable']({ retryAfterMs: 1_000, cause });
    }
  };
  const stream = async (
    request: FastifyRequest & { principal: { userId: UserId } },
    reply: FastifyReply,
    mediaId: MediaId,
    variant: Variant,
  ): Promise<FastifyReply> => {
    let download = await find(request.principal.userId, mediaId, variant);
    let object = await open(request, download);
    if (object.statusCode === 403 || object.statusCode === 404) {
      // The kept URL ran out or its object was replaced: once more with a new one.
      object.destroy();
      catalog.forgetDownload(mediaId, variant);
      download = await find(request.principal.userId, mediaId, variant);
      object = await open(request, download);
    }
    return answer(reply, download, object);
  };

  return {
    async getMedia(request, reply) {
      const { mediaId } = request.params;
      const media = await checkMediaAccess(isMember, request.principal.userId, await catalog.find(mediaId));
      return sendJson(reply, 200, JSON.stringify(media));
    },
    downloadMedia: (request, reply) => stream(request, reply, request.params.mediaId, 'original'),
    downloadThumbnail: (request, reply) => stream(request, reply, request.params.mediaId, 'thumbnail'),
  };
}

function answer(reply: FastifyReply, { headers }: Download, object: IncomingMessage): FastifyReply {
  const status = object.statusCode ?? 0;
  if (!served.has(status)) {
    object.destroy();
    if (status === 404) throw problems['not-found']();
    if (status !== 416) throw runtimeProblems['service-unavailable']({ retryAfterMs: 1_000 });
    reply.header('content-range', object.headers['content-range'] ?? 'bytes */*');
    throw problems['range-not-satisfiable']();
  }
  for (const name of passedBack) {
    const value = object.headers[name];
    if (value !== undefined) reply.header(name, value);
  }
  reply.code(status).headers(headers);
  if (status !== 304) return reply.send(object);
  object.resume();
  return reply.send();
}
