import { mkdir } from 'node:fs/promises';
import { type GuardedProcess, startGuardedProcess } from './guarded-process.ts';
import type { Part, PartRun } from './part.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const READY_TIMEOUT_MS = 60_000;
const ATTEMPTS = 5;
const PAUSE_MS = 250;

export const STOP_GRACE_MS = 8_000;

/** Somebody listens on a port that the server was to have. */
export class PortLost extends Error {}

export interface LaunchPlaces {
  logFile: string;
  /** Removed when this process dies while the server runs. */
  removeAfterCrash: string | undefined;
}

/**
 * One server process, started and ready.
 *
 * @throws PortLost when another program has its port; any other Error carries the last lines of the server's log.
 */
export async function launchPart<Options, Facts>(
  part: Part<Options, Facts>,
  run: PartRun<Options>,
  { logFile, removeAfterCrash }: LaunchPlaces,
): Promise<GuardedProcess> {
  for (let attempt = 1; ; attempt += 1) {
    await mkdir(run.dir, { recursive: true });
    await part.prepare?.(run);
    const { args, env, uid, gid } = part.command(run);
    const server = await startGuardedProcess({
      command: run.binary.path,
      args,
      env: { ...process.env, ...env },
      // A server with a user of its own may not be let into the folder that we stand in.
      cwd: '/',
      uid,
      gid,
      logFile,
      onLog: run.options.onLog,
      stopSignal: part.stopSignal,
      removeAfterCrash,
    });
    try {
      await waitUntilReady({
        what: `${part.name} ${run.binary.version}`,
        isReady: () => part.isReady(run),
        process: server,
        timeoutMs: READY_TIMEOUT_MS,
      });
      return server;
    } catch (error) {
      await server.stop(STOP_GRACE_MS);
      const log = server.logTail();
      if (/address already in use|EADDRINUSE|port is already in use/i.test(log)) {
        throw new PortLost(`${part.name} cannot listen on port ${run.port}.`, { cause: error });
      }
      if (attempt === ATTEMPTS || !part.isTransientFailure?.(log)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * attempt));
    }
  }
}
