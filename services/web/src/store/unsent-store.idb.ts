import type { UnsentStore } from '@storm/client/model';
import { draftIdOf, openDatabase } from './database.ts';

/** Unsent messages in IndexedDB, files included. */
export const unsentStore: UnsentStore = {
  async list(userId) {
    const database = await openDatabase();
    return database.getAllFromIndex('unsent', 'userId', userId);
  },
  async put(unsent) {
    // Together with the end of its draft: of a tab that dies meanwhile, the words are in one of the two places.
    // Strict: on the disk, not only in the memory of the machine.
    const stores = ['unsent', 'drafts'] as const;
    const transaction = (await openDatabase()).transaction(stores, 'readwrite', { durability: 'strict' });
    const written = [
      transaction.objectStore('unsent').put(unsent),
      transaction.objectStore('drafts').delete(draftIdOf(unsent.userId, unsent.conversationId)),
    ];
    // Told now, it does not need the tab any more.
    transaction.commit();
    await Promise.all([...written, transaction.done]);
  },
  async update(unsent) {
    const transaction = (await openDatabase()).transaction('unsent', 'readwrite');
    const isThere = (await transaction.store.getKey(unsent.key)) !== undefined;
    if (isThere) await transaction.store.put(unsent);
    await transaction.done;
    return isThere;
  },
  async remove(key) {
    const database = await openDatabase();
    await database.delete('unsent', key);
  },
};
