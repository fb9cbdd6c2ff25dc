import { checkHistory, type Evidence, type HistoryFaults } from './check-history.ts';
import type { SeenMessage, SendRecord } from './records.ts';

const seen = (seq: number, over: Partial<SeenMessage> = {}): SeenMessage => ({
  conversationId: 'c',
  senderId: 's',
  key: `k${seq}`,
  seq,
  id: `m${seq}`,
  ...over,
});
const sent = (seq: number, over: Partial<SendRecord> = {}): SendRecord => ({
  ...seen(seq),
  outcome: 'ok',
  invokedAtMs: seq * 10,
  endedAtMs: seq * 10 + 5,
  ...over,
});
const [one, two, three] = [seen(1), seen(2), seen(3)];
const receiver = { conversationIds: ['c'], given: [one, two, three], fetched: [] };
const sound: Evidence = {
  sends: [sent(1), sent(2), sent(3)],
  stored: [one, two, three],
  history: [one, two, three],
  receivers: [receiver],
};

function faultsOf(over: Partial<Evidence>): Partial<HistoryFaults> {
  const verdict = Object.entries(checkHistory({ ...sound, ...over }));
  return Object.fromEntries(
    verdict.filter(([name, count]) => !['sent', 'acknowledged', 'stored'].includes(name) && count > 0),
  );
}
const given = (...messages: SeenMessage[]) => ({ receivers: [{ ...receiver, given: messages }] });

it('finds nothing wrong where nothing is', () => {
  expect(checkHistory(sound)).toMatchObject({ sent: 3, acknowledged: 3, stored: 3 });
  expect(faultsOf({})).toEqual({});
});

it('lets a send of unknown outcome be stored or not', () => {
  const unknown = { ...sent(4), outcome: 'unknown' } as const;
  expect(faultsOf({ sends: [...sound.sends, unknown] })).toEqual({});
});

it('finds an acknowledged message that is not stored', () => {
  expect(faultsOf({ sends: [...sound.sends, sent(4)] })).toEqual({ lost: 1 });
});

it('finds an acknowledged message that is stored elsewhere than was said', () => {
  expect(faultsOf({ sends: [sent(1), sent(2), sent(3, { seq: 4 })] })).toEqual({ lost: 1 });
});

it('finds a key that is stored twice', () => {
  const stored = [one, two, three, seen(4, { key: 'k3' })];
  expect(faultsOf({ stored, history: stored, ...given(...stored) })).toEqual({ duplicated: 1 });
});

it('finds what nobody sent, what was refused and is there, and what was given and is not there', () => {
  expect(faultsOf({ sends: [sent(1), sent(2)] })).toEqual({ phantom: 1 });
  expect(faultsOf({ sends: [sent(1), sent(2), sent(3, { outcome: 'fail' })] })).toEqual({ phantom: 1 });
  expect(faultsOf(given(one, two, three, seen(4)))).toEqual({ phantom: 1 });
});

it('finds a send that stands before what was acknowledged before it, also of another sender', () => {
  const late = sent(1, { invokedAtMs: 100, endedAtMs: 105, senderId: 'other' });
  const stored = [seen(1, { senderId: 'other' }), two, three];
  expect(faultsOf({ sends: [sent(2), sent(3), late], stored, history: stored, ...given(...stored) })).toEqual(
    {
      inverted: 1,
    },
  );
});

it('allows any order of sends that ran side by side', () => {
  const together = [sent(2, { invokedAtMs: 1, endedAtMs: 50 }), sent(1, { invokedAtMs: 2, endedAtMs: 40 })];
  expect(faultsOf({ sends: [...together, sent(3, { invokedAtMs: 60, endedAtMs: 70 })] })).toEqual({});
});

it('finds a hole in a sequence', () => {
  const stored = [one, three];
  expect(faultsOf({ sends: [sent(1), sent(3)], stored, history: stored, ...given(...stored) })).toEqual({
    gap: 1,
  });
});

it('finds a history that leaves out, adds or turns around', () => {
  expect(faultsOf({ history: [one, two] })).toEqual({ historyDiffers: 1 });
  expect(faultsOf({ history: [one, two, three, seen(4)] })).toEqual({ historyDiffers: 1 });
  expect(faultsOf({ history: [two, one, three] })).toEqual({ historyDiffers: 2 });
});

it('finds what a receiver was never given, unless it was told to fetch it', () => {
  expect(faultsOf(given(one, three))).toEqual({ missed: 1 });
  expect(faultsOf({ receivers: [{ ...receiver, given: [one, three], fetched: [one, two] }] })).toEqual({});
});

it('finds what a receiver was given twice, out of order, or of a conversation that it is not in', () => {
  expect(faultsOf(given(one, two, two, three))).toEqual({ repeated: 1 });
  expect(faultsOf(given(one, three, two))).toEqual({ disordered: 1 });
  expect(faultsOf(given(one, two, three, seen(1, { conversationId: 'd', id: 'x' })))).toEqual({ leaked: 1 });
});
