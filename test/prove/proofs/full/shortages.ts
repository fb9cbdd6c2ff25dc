import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { type ConversationId, commandStream, commandSubject, sendMessage } from '@storm/contracts';
import type { Cast } from '../../cast/lanes.ts';
import type { Scale } from '../../proof.ts';
import { within } from '../../sleep.ts';
import type { CappedPart } from '../../stage/capped-volume.ts';
import { connectNats } from '../../stage/connect-nats.ts';
import type { Stage } from '../../stage/stage.ts';
import type { Promised } from './try-everything.ts';

export interface Shortage {
  readonly name: string;
  /** Whether sends are refused in it, and not only uploads. */
  readonly isOfSends: boolean;
  /** @returns how space is made again. */
  begin(about: { stage: Stage; scale: Scale; cast: Cast; promised: Promised }): Promise<() => Promise<void>>;
}

const diskOf = (part: CappedPart, name: string, isOfSends: boolean): Shortage => ({
  name,
  isOfSends,
  async begin({ stage }) {
    await stage.volume(part).fill();
    return () => stage.volume(part).free();
  },
});

/** Commits need a next segment that there is no room for: Postgres ends at once, and cannot start either. */
const writeAheadLog: Shortage = {
  name: 'write-ahead log',
  isOfSends: true,
  async begin({ stage }) {
    const volume = stage.volume('postgres');
    await volume.fill();
    // Segments that were kept for later are used up first.
    for (let segment = 0; segment < 64; segment++) {
      try {
        await stage.query(`select pg_logical_emit_message(true, 'proof', 'x')`);
        await stage.query('select pg_switch_wal()');
      } catch {
        return () => volume.free();
      }
    }
    await volume.free();
    throw new Error('the write-ahead log found room for 64 segments on a full disk');
  },
};

const largeText = '€'.repeat(15_000);
/** For the slice: what takes a moment to fill, and to work off. */
const smallStreamBytes = 2 * 1_048_576;

/** Commands that nobody takes, until the stream has as many bytes as it may. Both message services are away. */
const commandStreamBytes: Shortage = {
  name: 'command stream',
  isOfSends: true,
  async begin({ stage, scale, cast, promised }) {
    const services = ['message', 'message-2'].map((name) => stage.platform.process(name));
    for (const one of services) one.kill('SIGSTOP');
    const asMessage = await connectNats(stage, 'message');
    const manager = await jetstreamManager(asMessage);
    const limit = (bytes: number) => manager.streams.update(commandStream.name, { max_bytes: bytes });
    if (scale !== 'full') await limit(smallStreamBytes);
    await pileUp(stage, cast, promised, manager);
    return async () => {
      for (const one of services) one.kill('SIGCONT');
      if (scale !== 'full') await limit(commandStream.max_bytes);
      await asMessage.close();
    };
  },
};

/** As a gateway does, until the stream refuses; what it has taken is as good as answered with 202. */
async function pileUp(
  stage: Stage,
  cast: Cast,
  promised: Promised,
  manager: JetStreamManager,
): Promise<void> {
  const asGateway = await connectNats(stage, 'gateway');
  const deadline = Date.now() + 60_000;
  try {
    for (let number = 0, isFull = false; !isFull; number++) {
      const { person, conversationId } = cast.lanes[number % cast.lanes.length] as Cast['lanes'][number];
      const key = `pile-${process.pid}-${Date.now()}-${number}`;
      const subject = commandSubject(sendMessage, conversationId as ConversationId);
      const command = { conversationId, senderId: person.id, key, text: largeText, attachments: [] };
      const reply = await asGateway.request(subject, JSON.stringify(command), { timeout: 5_000 });
      isFull = reply.json<{ error?: unknown }>().error !== undefined;
      if (!isFull) promised.sends.push({ conversationId, senderId: person.id, key });
      if (Date.now() > deadline)
        throw new Error(
          `the stream is not full: ${(await manager.streams.info(commandStream.name)).state.bytes} bytes`,
        );
    }
  } finally {
    await within(asGateway.close(), 2_000);
  }
}

export const shortages: readonly Shortage[] = [
  diskOf('postgres', 'disk of Postgres', true),
  writeAheadLog,
  diskOf('nats', 'disk of NATS', true),
  diskOf('minio', 'disk of MinIO', false),
  commandStreamBytes,
];
