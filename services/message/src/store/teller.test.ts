import { eventStream } from '@storm/contracts';
import { type Bus, type OnAcknowledged, runtimeProblems } from '@storm/runtime';
import type { OutgoingEvent } from '../domain/command.ts';
import { createTeller } from './teller.ts';

const eventOf = (id: string): OutgoingEvent => ({
  subject: `event.${id}`,
  data: Buffer.from(id),
  headers: { 'Nats-Msg-Id': id },
});

/** A bus whose loss can be told, and a publisher that is answered by hand. */
function createSurroundings() {
  let lose = (): void => undefined;
  const bus = { onDisconnected: (task: () => void) => (lose = task) } as Pick<Bus, 'onDisconnected'> as Bus;
  const sent: { ids: string[]; answer: OnAcknowledged }[] = [];
  let whenSent = (): void => undefined;
  const teller = createTeller(
    bus,
    {
      sendTogether: (messages, answer) => {
        sent.push({ ids: messages.map(({ headers }) => headers['Nats-Msg-Id'] ?? ''), answer });
        whenSent();
      },
    },
    { warn: () => undefined },
  );
  const line = teller.newLine();
  const told: string[] = [];
  const tell = (id: string, { on = line, isFresh = true } = {}): void =>
    on.tell([{ events: [eventOf(id)], isFresh, told: () => void told.push(id) }]);
  const keep = (place: number, sequence: number): void =>
    sent[place]?.answer(null, { stream: eventStream.name, sequence, duplicate: false, count: 1 });
  const refuse = (place: number): void =>
    sent[place]?.answer(runtimeProblems['service-unavailable']({ detail: 'no room' }), null);
  /** Resolves when something is sent next. */
  const nextSent = (): Promise<void> =>
    new Promise((resolve) => {
      whenSent = resolve;
    });
  return { teller, sent, told, tell, keep, refuse, nextSent, lose: () => lose() };
}

const ids = (sent: readonly { ids: string[] }[]): string[][] => sent.map((one) => one.ids);
const start = { sequence: 0, eventId: '' };

describe('the teller of events', () => {
  it('keeps what is to be told until it is opened, and tells it together and in order', () => {
    const { teller, sent, tell } = createSurroundings();
    for (const id of ['a', 'b', 'c']) tell(id);
    expect(sent).toEqual([]);
    teller.open(start);
    expect(ids(sent)).toEqual([['a', 'b', 'c']]);
  });

  it('has one batch of a line under way, and sends together what came meanwhile', () => {
    const { teller, sent, told, tell, keep } = createSurroundings();
    teller.open(start);
    for (const id of ['a', 'b', 'c']) tell(id);
    expect(ids(sent)).toEqual([['a']]);
    keep(0, 1);
    expect(ids(sent)).toEqual([['a'], ['b', 'c']]);
    keep(1, 3);
    expect(told).toEqual(['a', 'b', 'c']);
    expect(teller.lastTold).toEqual({ sequence: 3, eventId: 'c' });
  });

  it('sends what the stream refused again and again, before anything that came later', async () => {
    const { teller, sent, told, tell, keep, refuse, nextSent } = createSurroundings();
    teller.open(start);
    tell('a');
    for (const place of [0, 1]) {
      refuse(place);
      tell(`later ${place}`);
      await nextSent();
    }
    expect(ids(sent)).toEqual([['a'], ['a'], ['a']]);
    keep(2, 1);
    expect(ids(sent).slice(3)).toEqual([['later 0', 'later 1']]);
    expect(told).toEqual(['a']);
  });

  it('lets no line wait for another', () => {
    const { teller, told, tell, keep, refuse } = createSurroundings();
    teller.open(start);
    tell('a');
    tell('b', { on: teller.newLine() });
    refuse(0);
    keep(1, 1);
    expect(told).toEqual(['b']);
    teller.close();
  });

  it('remembers the last event that the stream has, whatever order its answers come in', () => {
    const { teller, told, tell, keep } = createSurroundings();
    teller.open(start);
    tell('a');
    tell('b', { on: teller.newLine() });
    keep(1, 8);
    keep(0, 7);
    expect(teller.lastTold).toEqual({ sequence: 8, eventId: 'b' });
    expect(told).toEqual(['b', 'a']);
  });

  it('does not claim to know which event is at the end of a batch that may have been there in part', () => {
    const { teller, tell, keep } = createSurroundings();
    for (const id of ['a', 'b']) tell(id, { isFresh: false });
    teller.open(start);
    keep(0, 4);
    expect(teller.lastTold).toEqual({ sequence: 4, eventId: '' });
  });

  it('tells again what was under way when the bus was lost, before anything new', () => {
    const { teller, sent, told, tell, keep, refuse, lose } = createSurroundings();
    teller.open(start);
    for (const id of ['a', 'b', 'c']) tell(id);
    keep(0, 1);
    lose();
    refuse(1);
    tell('d');
    expect(ids(sent)).toEqual([['a'], ['b', 'c']]);
    teller.open({ sequence: 1, eventId: 'a' });
    expect(ids(sent).slice(2)).toEqual([['b', 'c']]);
    keep(2, 3);
    expect(ids(sent).slice(3)).toEqual([['d']]);
    expect(told).toEqual(['a', 'b', 'c']);
    expect(teller.lastTold).toEqual({ sequence: 3, eventId: '' });
  });

  it('takes a late answer of before for what it is: the event is there, and told once', () => {
    const { teller, told, tell, keep, lose } = createSurroundings();
    teller.open(start);
    tell('a');
    lose();
    teller.open(start);
    keep(0, 1);
    keep(1, 1);
    expect(told).toEqual(['a']);
  });
});
