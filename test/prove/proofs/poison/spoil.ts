import { commandSubject, eventSubject, type Message, messageStored, sendMessage } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import type { Cast } from '../../cast/lanes.ts';
import type { RawBus } from './raw-bus.ts';

type Id = Message['conversationId'];

/** One round of everything that can come wrong. @returns how many of it must be parked */
export async function spoil(
  bus: RawBus,
  cast: Cast,
  round: number,
): Promise<{ parked: number; keys: string[] }> {
  const { person, conversationId } = cast.lanes[round % cast.lanes.length] as Cast['lanes'][number];
  const to = commandSubject(sendMessage, conversationId as Id);
  const good = { conversationId, senderId: person.id, text: `twice ${round}`, attachments: [] };
  await bus.command(to, '{"half');
  await bus.command(to, { ...good, key: 7 });
  await bus.command(to, { ...good, key: `poison-${round}`, text: `poison ${round}` });
  // The same command delivered twice, as after a crash.
  for (let copy = 0; copy < 2; copy++) await bus.command(to, { ...good, key: `twice-${round}` });
  const of = eventSubject(messageStored, conversationId as Id);
  await bus.event(of, '"no object"');
  await bus.event(of, { conversationId, of: 'a release that never was' });
  return { parked: 3 + 2, keys: [`poison-${round}`, `twice-${round}`] };
}

/** An event of the next release, which says more than this one knows. */
export async function tellFuture(bus: RawBus, cast: Cast): Promise<string> {
  const { person, conversationId } = cast.lanes[0] as Cast['lanes'][number];
  const id = uuidv7();
  const known = {
    id,
    conversationId,
    seq: 1_000_000,
    senderId: person.id,
    key: 'next',
    text: 'next',
    attachments: [],
  };
  const next = { ...known, storedAt: new Date().toISOString(), ofTheNextRelease: { by: person.id } };
  await bus.event(eventSubject(messageStored, conversationId as Id), next);
  return id;
}
