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
    for (const line of lines) take(ends, JSON.parse(line) as PodEvent);
  });
  return {
    get ends() {
      return [...ends.values()];
    },
    stop: () => child.kill(),
  };
}

function take(ends: Map<string, PodEnd>, { object: { metadata, status } }: PodEvent): void {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, uid, name } = metadata;
  const [terminated] = status.containerStatuses?.flatMap(({ state }) => state?.terminated ?? []) ?? [];
  if (deletionTimestamp === undefined || terminated === undefined) return;
  const toldAt = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1_000;
  ends.set(uid, {
    pod: name,
    seconds: (Date.parse(terminated.finishedAt) - toldAt) / 1_000,
    exitCode: terminated.exitCode,
  });
}
