import type { ConversationSettings } from '@storm/contracts';

export const readSettings = (
  mutedUntil: Date | null,
  pinnedAt: Date | null,
  revision: string,
): ConversationSettings => ({
  mutedUntil: mutedUntil?.toISOString() ?? null,
  pinnedAt: pinnedAt?.toISOString() ?? null,
  revision: Number(revision),
});
