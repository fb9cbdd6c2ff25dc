import type { ConversationId } from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import { retry } from '../retry.ts';
import { StormProblem } from '../storm-problem.ts';

/** Tells the platform how far one has read: in a moment, the last place of each conversation for all before it. */
export interface ReadMarks {
  add(id: ConversationId, seq: number): void;
  stop(): void;
}

const tellAfterMs = 300;

export function createReadMarks(storm: StormClient, onFault: (error: unknown) => void): ReadMarks {
  const waiting = new Map<ConversationId, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  function tell(): void {
    timer = undefined;
    const told = [...waiting];
    waiting.clear();
    for (const [id, seq] of told)
      retry(() => storm.markRead(id, seq), { withinMs: 60_000 }).catch((error: unknown) => {
        if (!(error instanceof StormProblem)) onFault(error);
      });
  }
  return {
    add(id, seq) {
      waiting.set(id, Math.max(seq, waiting.get(id) ?? 0));
      timer ??= setTimeout(tell, tellAfterMs);
    },
    stop: () => clearTimeout(timer),
  };
}
