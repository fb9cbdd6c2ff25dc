import { createTestLogger } from '@storm/testing';
import type { EventStreamState } from '../store/event-stream.ts';
import type { ReplicaMark } from '../store/replica-marks.ts';
import { settleStream } from './settle-stream.ts';

const server = 'server-1';
const markOf = (replica: string, changes: Partial<ReplicaMark> = {}): ReplicaMark => ({
  ...{ replica, serverId: server, incarnation: 'made', generation: 1, sequence: 10, eventId: 'event-10' },
  hasEnded: false,
  ...changes,
});

/** A stream that holds `event-N` at place N, and the marks of replicas. */
function createSurroundings(state: Partial<EventStreamState>, marks: readonly ReplicaMark[] = []) {
  const kept = new Map(marks.map((mark) => [mark.replica, mark]));
  const now: EventStreamState = { incarnation: 'made', generation: 1, lastSequence: 10, ...state };
  const done: string[] = [];
  const settle = (remembered?: ReplicaMark) =>
    settleStream({
      replica: 'me',
      serverId: server,
      remembered,
      log: createTestLogger(),
      stream: {
        look: async () => ({ ...now }),
        findEventId: async (sequence) => (sequence <= now.lastSequence ? `event-${sequence}` : null),
        findLastStoredAt: async () => null,
        async raiseGeneration(from) {
          done.push('raised');
          now.generation = from + 1;
        },
      },
      marks: {
        list: async () => [...kept.values()],
        put: async (mark) => void kept.set(mark.replica, mark),
        forget: async (replicas) => replicas.forEach((one) => void kept.delete(one)),
      },
      restore: async () => void done.push('restored'),
    });
  return { settle, done, kept, now };
}

describe('settling with the event stream', () => {
  it('goes on when it holds what this process was last told is kept', async () => {
    const { settle, done } = createSurroundings({}, [markOf('me')]);
    const mark = await settle(markOf('me'));
    expect(done).toEqual([]);
    expect(mark).toMatchObject({ sequence: 10, generation: 1 });
  });

  it('raises the generation and tells again when the stream ends before that', async () => {
    const { settle, done, kept } = createSurroundings({ lastSequence: 7 }, [markOf('me')]);
    const mark = await settle(markOf('me'));
    expect(done).toEqual(['raised', 'restored']);
    expect(mark).toMatchObject({ sequence: 0, generation: 2 });
    expect(kept.get('me')).toEqual(mark);
  });

  it('notices another event in the place of the one that it told', async () => {
    const { settle, done } = createSurroundings({ lastSequence: 30 });
    await settle(markOf('me', { eventId: 'event-of-a-life-before' }));
    expect(done).toEqual(['raised', 'restored']);
  });

  it('tells again without another generation in a stream that was made anew: its epoch says it already', async () => {
    const { settle, done } = createSurroundings({ incarnation: 'made again', lastSequence: 0 });
    const mark = await settle(markOf('me'));
    expect(done).toEqual(['restored']);
    expect(mark.incarnation).toBe('made again');
  });

  it('trusts its mark of before a crash as long as the server is the same process', async () => {
    const { settle, done } = createSurroundings({}, [markOf('me')]);
    await settle();
    expect(done).toEqual([]);
  });

  it('trusts nothing when it and the server died together', async () => {
    const { settle, done } = createSurroundings({}, [markOf('me', { serverId: 'server-0' })]);
    await settle();
    expect(done).toEqual(['raised', 'restored']);
  });

  it('raises nothing a second time when another replica has found the same', async () => {
    const { settle, done } = createSurroundings({ generation: 2, lastSequence: 7 });
    await settle(markOf('me', { generation: 1 }));
    expect(done).toEqual(['restored']);
  });

  it('forgets replicas that ended in order and miss nothing', async () => {
    const { settle, done, kept } = createSurroundings({}, [
      markOf('gone', { hasEnded: true, serverId: 'server-0' }),
    ]);
    await settle(markOf('me'));
    expect(done).toEqual([]);
    expect([...kept.keys()]).toEqual(['me']);
  });

  it('mends for a replica that ended in order and whose last event is lost', async () => {
    const { settle, done } = createSurroundings({ lastSequence: 8 }, [
      markOf('gone', { hasEnded: true, serverId: 'server-0' }),
    ]);
    await settle();
    expect(done).toEqual(['raised', 'restored']);
  });

  it('waits for a replica in doubt, and goes on when that one says that it misses nothing', async () => {
    const { settle, done, kept } = createSurroundings({}, [markOf('other', { serverId: 'server-0' })]);
    const settling = settle(markOf('me'));
    setTimeout(() => kept.set('other', markOf('other')), 200);
    await settling;
    expect(done).toEqual([]);
  });
});
