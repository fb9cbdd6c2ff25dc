import type { Cast } from '../cast/lanes.ts';
import type { ProofRun } from '../proof.ts';
import { waitUntil } from '../sleep.ts';
import { checkHistory, splitVerdict } from './check-history.ts';
import { readHistory } from './read-history.ts';
import { readStored } from './read-stored.ts';
import type { ReceiverLog, SeenMessage, SendRecord } from './records.ts';

interface Waiting extends ReceiverLog {
  waitFor(count: number, timeoutMs: number): Promise<void>;
}

/** Gathers the evidence once all is quiet, gives receivers a while to be told, and compares. */
export async function conclude(
  { stage, scale }: ProofRun,
  cast: Cast,
  sends: readonly SendRecord[],
  receivers: readonly Waiting[],
  // A planted bug leaves something to wait for in vain.
  settleMs = scale === 'planted' ? 2_500 : 10_000,
) {
  // A command that nobody waits for any more may still be on its way.
  let stored = await readStored(stage, cast.conversationIds);
  const isQuiet = async (): Promise<boolean> => {
    const before = stored.length;
    stored = await readStored(stage, cast.conversationIds);
    return stored.length === before;
  };
  await waitUntil(isQuiet, settleMs);
  await Promise.all(
    receivers.map((one) => {
      const own = new Set(one.conversationIds);
      return one.waitFor(stored.filter(({ conversationId }) => own.has(conversationId)).length, settleMs);
    }),
  );
  const history: SeenMessage[] = [];
  const [baseUrl = ''] = stage.urls;
  for (const id of cast.conversationIds) history.push(...(await readHistory(baseUrl, cast.listener, id)));
  return splitVerdict(checkHistory({ sends, stored, history, receivers }));
}
