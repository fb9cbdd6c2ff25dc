import Type, { type Static } from 'typebox';
import { ConversationId, Instant, MediaId, UserId } from './ids.ts';

const closed = { additionalProperties: false } as const;

export const MediaKind = Type.Union([
  Type.Literal('image'),
  Type.Literal('video'),
  Type.Literal('audio'),
  Type.Literal('file'),
]);

export const MediaStatus = Type.Union([
  Type.Literal('processing'),
  Type.Literal('ready'),
  Type.Literal('failed'),
]);

export const Media = Type.Object(
  {
    id: MediaId,
    conversationId: ConversationId,
    ownerId: UserId,
    name: Type.String({ minLength: 1, maxLength: 255 }),
    kind: MediaKind,
    contentType: Type.String({ maxLength: 127 }),
    bytes: Type.Integer({ minimum: 0 }),
    status: MediaStatus,
    sha256: Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()]),
    width: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    height: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    blurhash: Type.Union([Type.String({ maxLength: 128 }), Type.Null()]),
    hasThumbnail: Type.Boolean(),
    createdAt: Instant,
  },
  closed,
);
export type Media = Static<typeof Media>;
