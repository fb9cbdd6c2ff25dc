import { searchMessages } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import type { SearchStore } from '../store/search-store.ts';

export const serveSearchMessages = (store: SearchStore) =>
  defineDoor(searchMessages, ({ userId, ...wanted }) => store.search(userId, wanted));
