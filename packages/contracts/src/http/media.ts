import Type from 'typebox';
import { MediaId } from '../ids.ts';
import { Media } from '../media-entities.ts';
import { ConversationParams, closed, nothing, route } from './route.ts';

const MediaParams = Type.Object({ mediaId: MediaId }, closed);

/** The body is the file itself; its type and length are the ordinary headers, its name is `?name=`. */
export const uploadMedia = route({
  name: 'uploadMedia',
  method: 'POST',
  path: '/conversations/:conversationId/media',
  auth: 'bearer',
  summary: 'Upload a file (raw body)',
  params: ConversationParams,
  query: Type.Object({ name: Type.String({ minLength: 1, maxLength: 255 }) }, closed),
  bytes: 'request',
  responses: { 201: Media },
});
export const getMediaRoute = route({
  name: 'getMedia',
  method: 'GET',
  path: '/media/:mediaId',
  auth: 'bearer',
  summary: 'What is known of a file',
  params: MediaParams,
  responses: { 200: Media },
});
export const downloadMedia = route({
  name: 'downloadMedia',
  method: 'GET',
  path: '/media/:mediaId/content',
  auth: 'bearer',
  summary: 'The bytes; Range and If-None-Match serve',
  params: MediaParams,
  bytes: 'response',
  responses: { 200: Type.Unknown(), 206: Type.Unknown(), 304: nothing },
});
export const downloadThumbnail = route({
  name: 'downloadThumbnail',
  method: 'GET',
  path: '/media/:mediaId/thumbnail',
  auth: 'bearer',
  summary: 'A small WebP picture of it',
  params: MediaParams,
  bytes: 'response',
  responses: { 200: Type.Unknown(), 206: Type.Unknown(), 304: nothing },
});
