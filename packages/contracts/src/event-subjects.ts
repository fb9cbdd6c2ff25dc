import type { Audience, EventContract } from './event-contract.ts';
import type { ConversationId, UserId } from './ids.ts';

/** Where an event is stored. */
export const eventSubject = (contract: EventContract, of: ConversationId | UserId): string =>
  `event.${contract.audience}.${of}.${contract.type}`;

/** Where a stored event is heard live: the stream republishes `event.>` to `live.>`. */
export const liveSubject = (audience: Audience, of: ConversationId | UserId): string =>
  `live.${audience}.${of}.>`;

/** Splits a stored or live subject. @returns null for a subject that is not of an event. */
export function parseEventSubject(subject: string): { audience: Audience; of: string; type: string } | null {
  const [root, audience, of, name, version] = subject.split('.');
  if (root !== 'event' && root !== 'live') return null;
  if ((audience !== 'conversation' && audience !== 'user') || !of || !name || !version) return null;
  return { audience, of, type: `${name}.${version}` };
}

/** Headers of a published event: CloudEvents attributes (NATS binding) and the id under which the stream drops a repeat. */
export const eventHeaders = (contract: EventContract, id: string, time: string): Record<string, string> => ({
  'Nats-Msg-Id': id,
  'ce-specversion': '1.0',
  'ce-id': id,
  'ce-type': contract.type,
  'ce-source': `/storm/${contract.source}`,
  'ce-time': time,
});
