import type { Logger } from '@storm/runtime';
import type { EventStream, EventStreamState } from '../store/event-stream.ts';
import type { ReplicaMark, ReplicaMarks } from '../store/replica-marks.ts';

/** How long another replica may take to say that it knows of nothing missing. */
const othersWithinMs = 2_500;
const lookAgainMs = 50;

export interface SettleOptions {
  replica: string;
  /** The process of the NATS server now. */
  serverId: string;
  stream: EventStream;
  marks: ReplicaMarks;
  /** What this process itself remembers; undefined when it has just started. */
  remembered: ReplicaMark | undefined;
  log: Logger;
  /** Tells again what the stream does not have. */
  restore(): Promise<void>;
}

/**
 * Before a replica tells anything new it makes sure that the event stream holds all that was ever told: a power cut
 * can take its last second, and a stream can be rolled back to a copy or be lost. Where something is missing, or where
 * nobody can say (a replica and the NATS server died together), the generation is raised, so that every cursor of
 * before is answered with `resync`, and stored messages are told again. No replica goes on before every other one has
 * either said that it misses nothing or been given up: a new event would hide where the old ones ended.
 *
 * @returns the mark to remember
 */
export async function settleStream(options: SettleOptions): Promise<ReplicaMark> {
  const { replica, serverId, stream, marks, remembered } = options;
  const state = await stream.look();
  const known = await marks.list();
  const own = remembered ?? known.find((one) => one.replica === replica);
  const mark: ReplicaMark = {
    ...{ replica, serverId, incarnation: state.incarnation, generation: state.generation, hasEnded: false },
    ...{ sequence: own?.sequence ?? 0, eventId: own?.eventId ?? '' },
  };
  const isAlive = remembered !== undefined;
  if (own !== undefined && !(await isWhole(own, isAlive, state, options)))
    return mend(options, state, mark, own);
  await marks.put(mark);
  const lost = await findDoubtful(options, state);
  return lost === undefined ? mark : mend(options, state, mark, lost);
}

/** Whether the stream certainly holds all that this replica was told is kept. */
async function isWhole(
  mark: ReplicaMark,
  isExact: boolean,
  { incarnation, lastSequence }: EventStreamState,
  { serverId, stream }: SettleOptions,
): Promise<boolean> {
  if (mark.incarnation !== incarnation) return false;
  // What a replica that died has told after its mark was written is not known; the server can only lose it by dying too.
  if (!isExact && !mark.hasEnded) return mark.serverId === serverId;
  if (mark.sequence > lastSequence) return false;
  if (mark.eventId === '') return true;
  const eventId = await stream.findEventId(mark.sequence);
  return eventId === null || eventId === mark.eventId;
}

/** Looks at the other replicas' marks until none is in doubt. @returns one that stayed in doubt */
async function findDoubtful(
  options: SettleOptions,
  state: EventStreamState,
): Promise<ReplicaMark | undefined> {
  const { replica, marks } = options;
  const deadline = Date.now() + othersWithinMs;
  for (;;) {
    const others = (await marks.list()).filter((one) => one.replica !== replica);
    let doubtful: ReplicaMark | undefined;
    for (const other of others) if (!(await isWhole(other, false, state, options))) doubtful = other;
    if (doubtful === undefined) {
      await marks.forget(others.filter(({ hasEnded }) => hasEnded).map((one) => one.replica));
      return undefined;
    }
    // One that has ended in order says nothing more.
    if (doubtful.hasEnded || Date.now() > deadline) return doubtful;
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

async function mend(
  { stream, marks, log, restore, serverId }: SettleOptions,
  state: EventStreamState,
  mark: ReplicaMark,
  missing: ReplicaMark,
): Promise<ReplicaMark> {
  log.warn(
    { missing, state },
    'the event stream has lost something, or may have: cursors of before end here',
  );
  // Another replica may have found the same.
  const isRaised = missing.incarnation === state.incarnation && missing.generation < state.generation;
  if (!isRaised && missing.incarnation === state.incarnation) await stream.raiseGeneration(state.generation);
  await restore();
  const { incarnation, generation } = await stream.look();
  // Only now: whoever crashes before this line begins again here.
  const mended = { ...mark, incarnation, generation, sequence: 0, eventId: '' };
  await marks.put(mended);
  const others = (await marks.list()).filter(
    (one) => one.replica !== mark.replica && one.serverId !== serverId,
  );
  await marks.forget(others.map((one) => one.replica));
  return mended;
}
