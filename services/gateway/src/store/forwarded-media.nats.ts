import { mayReadMedia } from '@storm/contracts';
import { type Bus, request } from '@storm/runtime';
import type { IsForwardedTo } from '../domain/check-media-access.ts';

export const createIsForwardedTo =
  (bus: Bus): IsForwardedTo =>
  async (userId, mediaId) =>
    (await request(bus, mayReadMedia, { userId, mediaId })).mayRead;
