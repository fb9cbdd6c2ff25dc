import { spawn } from 'node:child_process';
import { namespace } from './kubectl.ts';

/** How a pod that was told to end did so. */
export interface PodEnd {
  pod: string;
  /** From being told to the end of its process; to the second. */
  seconds: number;
  /** 0: it drained by itself. 137: it was killed. */
  exitCode: number;
}

interface PodEvent {
  object: {
    metadata: {
      name: string;
      uid: string;
      deletionTimestamp?: string;
      deletionGracePeriodSeconds?: number;
      labels?: Record<string, string>;
    };
    status: { containerStatuses?: { state?: { terminated?: { exitCode: number; finishedAt: string } } }[] };
  };
}

export interface EndWatch {
  readonly ends: readonly PodEnd[];
  stop(): void;
}

/** Follows the pods of services from now on. */
export function watchEnds(): EndWatch {
  const ends = new Map<string, PodEnd>();
  const toldAtMs = new Map<string, number>();
  const child = spawn(
    'kubectl',
    [
      '-n',
      namespace,
      'get',
      'pods',
      '-l',
      'app.kubernetes.io/component=service',
      '-o',
      'json',
      '--watch',
      '--output-watch-events',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let rest = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    // One event a line.
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(ends, toldAtMs, JSON.parse(line) as PodEvent);
  });
  return {
    get ends() {
      return [...ends.values()];
    },
    stop: () => child.kill(),
  };
}

function take(ends: Map<string, PodEnd>, toldAtMs: Map<string, number>, { object }: PodEvent): void {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, uid, name } = object.metadata;
  if (deletionTimestamp === undefined) return;
  // The first time only: in the end the kubelet deletes once more, without grace.
  const told = toldAtMs.get(uid) ?? Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1_000;
  toldAtMs.set(uid, told);
  const [terminated] = object.status.containerStatuses?.flatMap(({ state }) => state?.terminated ?? []) ?? [];
  if (terminated === undefined) return;
  const { finishedAt, exitCode } = terminated;
  ends.set(uid, { pod: name, seconds: (Date.parse(finishedAt) - told) / 1_000, exitCode });
}
