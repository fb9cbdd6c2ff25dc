import type { UnsentStore } from '@storm/client/model';
import { openDatabase } from './database.ts';

/** Unsent messages in IndexedDB, files included. */
export const unsentStore: UnsentStore = {
  async list(userId) {
    const database = await openDatabase();
    return database.getAllFromIndex('unsent', 'userId', userId);
  },
  async put(unsent) {
    const database = await openDatabase();
    await database.put('unsent', unsent);
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
