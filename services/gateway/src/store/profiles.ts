import type { UserId } from '@storm/contracts';

export interface Profiles {
  /** Profiles as JSON text by id; who does not exist is missing. `authorization` is the asker's own header. */
  find(ids: readonly UserId[], authorization: string): Promise<ReadonlyMap<UserId, string>>;
}
