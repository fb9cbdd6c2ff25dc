import { mayReadMedia } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import type { PostStore } from '../store/post-store.ts';

export const serveMayReadMedia = (store: PostStore) =>
  defineDoor(mayReadMedia, async ({ userId, mediaId }) => ({
    mayRead: await store.mayReadMedia(userId, mediaId),
  }));
