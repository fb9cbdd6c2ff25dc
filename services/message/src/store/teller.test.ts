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
  const idOf = (headers: Readonly<Record<string, string>> | undefined): string =>
    headers?.['Nats-Msg-Id'] ?? '';
  const teller = createTeller(bus, {
    send: (_subject, _data, headers, answer) => void sent.push({ ids: [idOf(headers)], answer }),
    sendTogether: (messages, answer) =>
      void sent.push({ ids: messages.map(({ headers }) => idOf(headers)), answer }),
  });
  const told: string[] = [];
  const tell = (id: string): void =>
    teller.tell(eventOf(id), (error) => void told.push(error === null ? id : `${id} failed`));
  const keep = (place: number, sequence: number): void =>
    sent[place]?.answer(null, { stream: eventStream.name, sequence, duplicate: false, count: 1 });
  return { teller, sent, told, tell, keep, lose: () => lose() };
}

const ids = (sent: readonly { ids: string[] }[]): string[] => sent.flatMap((one) => one.ids);
const start = { sequence: 0, eventId: '' };

describe('the teller of events', () => {
  it('keeps what is to be told until it is opened, and tells it in order', () => {
    const { teller, sent, tell } = createSurroundings();
    for (const id of ['a', 'b', 'c']) tell(id);
    expect(sent).toEqual([]);
    teller.open(start);
    expect(ids(sent)).toEqual(['a', 'b', 'c']);
  });

  it('remembers the last event that the stream has, whatever order its answers come in', () => {
    const { teller, told, tell, keep } = createSurroundings();
    teller.open(start);
    for (const id of ['a', 'b']) tell(id);
    keep(1, 8);
    keep(0, 7);
    expect(teller.lastTold).toEqual({ sequence: 8, eventId: 'b' });
    expect(told).toEqual(['b', 'a']);
  });

  it('tells all again that was under way when the bus was lost, before anything new', () => {
    const { teller, sent, told, tell, keep, lose } = createSurroundings();
    teller.open(start);
    for (const id of ['a', 'b', 'c']) tell(id);
    keep(0, 1);
    lose();
    sent[1]?.answer(runtimeProblems['service-unavailable']({ detail: 'the bus is lost' }), null);
    tell('d');
    expect(ids(sent)).toEqual(['a', 'b', 'c']);
    teller.open({ sequence: 1, eventId: 'a' });
    expect(ids(sent).slice(3)).toEqual(['b', 'c', 'd']);
    expect(told).toEqual(['a']);
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

  it('tells a batch at once, and each by itself when the bus was lost under it', () => {
    const { teller, sent, told, keep, lose } = createSurroundings();
    teller.open(start);
    teller.tellTogether([eventOf('a'), eventOf('b')], (error) => void told.push(String(error)));
    expect(sent.map((one) => one.ids)).toEqual([['a', 'b']]);
    lose();
    teller.open(start);
    expect(sent.slice(1).map((one) => one.ids)).toEqual([['a'], ['b']]);
    keep(1, 1);
    expect(told).toEqual([]);
    keep(2, 2);
    expect(told).toEqual(['null']);
    expect(teller.lastTold).toEqual({ sequence: 2, eventId: 'b' });
  });

  it('says what went wrong with an event that the stream refuses while the bus is there', () => {
    const { teller, sent, told, tell } = createSurroundings();
    teller.open(start);
    tell('a');
    sent[0]?.answer(runtimeProblems['service-unavailable']({ detail: 'no room' }), null);
    expect(told).toEqual(['a failed']);
  });
});
