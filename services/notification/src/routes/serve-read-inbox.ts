import { readInbox as readInboxContract } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import type { PublishInboxUpdated } from '../domain/publish-inbox-updated.ts';
import { readInbox } from '../domain/read-inbox.ts';
import type { InboxStore } from '../store/inbox-store.ts';

export const serveReadInbox = (store: InboxStore, publish: PublishInboxUpdated) =>
  defineDoor(readInboxContract, (question) => readInbox({ store, publish }, question));
