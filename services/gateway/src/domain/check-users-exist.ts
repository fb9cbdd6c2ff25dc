import type { UserId } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { Profiles } from '../store/profiles.ts';
import type { CheckUsersExist } from './start-conversation.ts';

export const createCheckUsersExist =
  (profiles: Profiles): CheckUsersExist =>
  async (ids: readonly UserId[], authorization) => {
    const found = await profiles.find(ids, authorization);
    const unknown = ids.filter((id) => !found.has(id));
    if (unknown.length > 0) throw problems['unknown-user']({ detail: unknown.slice(0, 10).join(', ') });
  };
