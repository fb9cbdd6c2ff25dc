import { listInbox as listInboxContract } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import { listInbox } from '../domain/list-inbox.ts';
import type { InboxStore } from '../store/inbox-store.ts';

export const serveListInbox = (store: InboxStore) =>
  defineDoor(listInboxContract, (question) => listInbox(store, question));
