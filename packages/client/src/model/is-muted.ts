import type { ConversationSummary } from '@storm/contracts';

/** Nothing of it counts or makes itself heard for now. */
export const isMuted = ({ settings }: Pick<ConversationSummary, 'settings'>): boolean =>
  settings.mutedUntil !== null && Date.parse(settings.mutedUntil) > Date.now();
