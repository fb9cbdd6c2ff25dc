import { type User, UserId } from '@storm/contracts';
import { createValidator, runtimeProblems } from '@storm/runtime';
import Type from 'typebox';
import type { UserStore } from '../store/user-store.ts';

const validateIds = createValidator(Type.Array(UserId, { minItems: 1, maxItems: 100 }));

/** Finds by exact name, by ids, or both; whoever does not exist is left out. */
export class FindUsers {
  constructor(private readonly users: UserStore) {}

  async run({ username, ids }: { username?: string; ids?: string }): Promise<{ users: User[] }> {
    if (username === undefined && ids === undefined) {
      throw runtimeProblems['invalid-request']({ detail: 'username or ids is needed' });
    }
    return {
      users: await this.users.findUsers({
        ...(username === undefined ? {} : { username }),
        ids: ids === undefined ? [] : validateIds([...new Set(ids.split(','))]),
      }),
    };
  }

  /** Whose names begin with it come first, then those that resemble it. */
  async like(text: string, limit: number): Promise<{ users: User[] }> {
    return { users: await this.users.searchUsers(text.trim().toLowerCase(), limit) };
  }
}
