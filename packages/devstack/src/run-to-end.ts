import type { OnProgress } from './progress.ts';
import { type NodeProcessOptions, startNode } from './start-node.ts';

/** Runs a script of a service to its end. @throws with the last lines of its log unless it ends with code 0. */
export async function runToEnd(options: NodeProcessOptions & { onProgress: OnProgress }): Promise<void> {
  const { name, onProgress } = options;
  const startedAt = performance.now();
  const script = await startNode(options);
  const ending = await script.exited;
  if (ending !== 'ended with code 0') {
    throw new Error(`${name} ${ending}. Its last lines:\n${script.logTail()}`);
  }
  onProgress({ name, step: 'ready', text: 'done', tookMs: performance.now() - startedAt });
}
