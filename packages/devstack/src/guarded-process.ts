import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openLog, readTail } from './log-file.ts';
import { signalTree } from './signal-tree.ts';

export interface GuardedProcessOptions {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number | undefined;
  gid?: number | undefined;
  /** Everything printed goes here; the log of the start before is kept as `<logFile>.1`. */
  logFile: string;
  onLog?: ((line: string) => void) | undefined;
  stopSignal: NodeJS.Signals;
  /** Removed by the guard when this process dies without having stopped the child. */
  removeAfterCrash?: string | undefined;
}

export interface GuardedProcess {
  readonly pid: number;
  readonly isRunning: boolean;
  /** Resolves with how it ended, as text for a person. */
  readonly exited: Promise<string>;
  /** Calls back once it has ended, without keeping this process alive for it. */
  whenEnded(listener: (ending: string) => void): void;
  logTail(lines?: number): string;
  kill(signal: NodeJS.Signals): void;
  /** Sends the stop signal, and SIGKILL to the whole tree after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

// The guard waits on a pipe that only we hold. A line means that the child ended while we lived; the end of the
// pipe means that we died, whatever way, so the child is stopped: first in order, then by force.
const GUARD = `
if IFS= read -r line; then exit 0; fi
kill -s "$2" -- "-$1" 2>/dev/null
i=0
while kill -s 0 -- "-$1" 2>/dev/null && [ "$i" -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
kill -s KILL -- "-$1" 2>/dev/null
if [ -n "$3" ]; then rm -rf -- "$3"; fi
`;

/**
 * Starts a child in its own process group, so that Ctrl-C reaches only us and we decide the order of stopping, with
 * a guard beside it that stops it when we are gone. Neither keeps this process alive.
 */
export async function startGuardedProcess(options: GuardedProcessOptions): Promise<GuardedProcess> {
  const logFd = openLog(options.logFile);
  const output = options.onLog ? 'pipe' : logFd;
  const child = spawn(options.command, options.args, {
    env: options.env,
    detached: true,
    stdio: ['ignore', output, output],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid }),
    ...(options.gid === undefined ? {} : { gid: options.gid }),
  });
  const { pid } = child;
  if (pid === undefined) {
    closeSync(logFd);
    const cause = await new Promise<Error>((resolve) => child.once('error', resolve));
    throw new Error(`${options.command} could not be started: ${cause.message}`, { cause });
  }

  const guard = spawn(
    'sh',
    ['-c', GUARD, 'storm-guard', String(pid), options.stopSignal.slice(3), options.removeAfterCrash ?? ''],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' },
  );
  // The pipe breaks if somebody kills the guard: then there is just no guard.
  guard.stdin.on('error', () => guard.kill());

  const forward = (line: string) => {
    writeSync(logFd, `${line}\n`);
    options.onLog?.(line);
  };
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const drained = streams.map((stream) => {
    const lines = createInterface({ input: stream });
    lines.on('line', forward);
    return new Promise<void>((resolve) => lines.once('close', resolve));
  });

  let isRunning = true;
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      isRunning = false;
      guard.stdin.end('ended\n');
      // A grandchild may hold the pipe open: what it prints later is not waited for.
      void Promise.race([Promise.all(drained), delay(200)]).then(() => {
        closeSync(logFd);
        for (const stream of streams) stream.destroy();
        resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`);
      });
    });
  });

  child.unref();
  guard.unref();
  for (const stream of [guard.stdin, ...streams])
    if ('unref' in stream) (stream as { unref(): void }).unref();

  const guarded: GuardedProcess = {
    pid,
    get isRunning() {
      return isRunning;
    },
    get exited() {
      child.ref(); // Somebody waits for it.
      return exited;
    },
    whenEnded: (listener) => void exited.then(listener),
    logTail: (lines = 30) => readTail(options.logFile, lines),
    kill: (signal) => {
      if (isRunning) signalTree(pid, signal);
    },
    async stop(graceMs) {
      child.ref();
      if (!isRunning) return void (await exited);
      process.kill(pid, options.stopSignal);
      // A stopped process takes its signal only once it goes on.
      signalTree(pid, 'SIGCONT');
      const force = setTimeout(() => signalTree(pid, 'SIGKILL'), graceMs);
      await exited;
      clearTimeout(force);
    },
  };
  alive.add(guarded);
  guarded.whenEnded(() => alive.delete(guarded));
  return guarded;
}

const alive = new Set<GuardedProcess>();

/** Stops whatever this process has started, in the middle of a start too. */
export async function stopEverything(graceMs = 8_000): Promise<void> {
  await Promise.all([...alive].map((one) => one.stop(graceMs)));
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
