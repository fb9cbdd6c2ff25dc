import type { IncomingMessage } from 'node:http';
import type { MediaId, UserId } from '@storm/contracts';
import { runtimeProblems } from '@storm/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checkMediaAccess, type MediaRights } from '../domain/check-media-access.ts';
import { decideConditions } from '../domain/decide-conditions.ts';
import { problems } from '../problems.ts';
import type { Download, MediaCatalog, Variant } from '../store/media-catalog.ts';
import type { ObjectTransfer } from '../store/object-transfer.ts';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

type DownloadHandlers = Pick<Handlers, 'getMedia' | 'downloadMedia' | 'downloadThumbnail'>;

const passedBack = ['content-length', 'content-range', 'accept-ranges'] as const;

export function createMediaDownloadHandlers(
  catalog: MediaCatalog,
  transfer: ObjectTransfer,
  rights: MediaRights,
): DownloadHandlers {
  const open = async ({ url }: Download, range: string | undefined): Promise<IncomingMessage> => {
    try {
      return await transfer.get({ url, headers: range === undefined ? {} : { range } });
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
    // Who may not see it learns nothing, not even that it is still being processed.
    await checkMediaAccess(rights, request.principal.userId, await catalog.find(mediaId));
    const download = await catalog.getDownload(mediaId, variant);
    const wanted = decideConditions(conditionsOf(request), download.headers.etag ?? '');
    if (wanted === 'not-modified') return reply.code(304).headers(download.headers).send();
    const object = await open(download, wanted.range);
    if (object.statusCode !== 403 && object.statusCode !== 404)
      return answer(reply, variant, download, object);
    // The kept URL ran out or its object was replaced: once more with a new one.
    object.destroy();
    catalog.forgetDownload(mediaId, variant);
    const renewed = await catalog.getDownload(mediaId, variant);
    return answer(reply, variant, renewed, await open(renewed, wanted.range));
  };

  return {
    async getMedia(request, reply) {
      const { mediaId } = request.params;
      const media = await checkMediaAccess(rights, request.principal.userId, await catalog.find(mediaId));
      return sendJson(reply, 200, JSON.stringify(media));
    },
    downloadMedia: (request, reply) => stream(request, reply, request.params.mediaId, 'original'),
    downloadThumbnail: (request, reply) => stream(request, reply, request.params.mediaId, 'thumbnail'),
  };
}

const conditionsOf = ({ headers }: FastifyRequest) => ({
  range: headers.range,
  ifNoneMatch: headers['if-none-match'],
  ifRange: typeof headers['if-range'] === 'string' ? headers['if-range'] : undefined,
});

function answer(
  reply: FastifyReply,
  variant: Variant,
  { headers, media }: Download,
  object: IncomingMessage,
): FastifyReply {
  const status = object.statusCode ?? 0;
  if (status === 200 || status === 206) {
    for (const name of passedBack) {
      const value = object.headers[name];
      if (value !== undefined) reply.header(name, value);
    }
    return reply.code(status).headers(headers).send(object);
  }
  object.destroy();
  if (status !== 416) throw runtimeProblems['service-unavailable']({ retryAfterMs: 1_000 });
  // The store does not say how long the object is; of the file itself it is known.
  if (variant === 'original') reply.header('content-range', `bytes */${media.bytes}`);
  throw problems['range-not-satisfiable']();
}
