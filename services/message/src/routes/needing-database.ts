import { type QueryDoor, runtimeProblems } from '@storm/runtime';
import { isTransientDatabaseError } from '@storm/runtime/postgres';

/** A question that comes while the database is away is answered so that the asker comes again. */
export const needingDatabase = ({ contract, handle }: QueryDoor): QueryDoor => ({
  contract,
  async handle(question) {
    try {
      return await handle(question);
    } catch (cause) {
      if (!isTransientDatabaseError(cause)) throw cause;
      const detail = 'the database does not answer';
      throw runtimeProblems['service-unavailable']({ detail, retryAfterMs: 1_000, cause });
    }
  },
});
