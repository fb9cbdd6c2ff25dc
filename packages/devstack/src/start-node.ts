import { type GuardedProcess, startGuardedProcess } from './guarded-process.ts';

export interface NodeProcessOptions {
  name: string;
  /** Built file, absolute. */
  entry: string;
  nodeFlags: readonly string[];
  env: Record<string, string>;
  logFile: string;
  removeAfterCrash?: string | undefined;
  onLog?: ((name: string, line: string) => void) | undefined;
}

/** A file of a service in a Node process of its own. */
export function startNode(options: NodeProcessOptions): Promise<GuardedProcess> {
  const { name, entry, nodeFlags, env, logFile, removeAfterCrash, onLog } = options;
  // What a test runner sets for itself is not for the service.
  const { NODE_ENV: _env, NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, ...inherited } = process.env;
  return startGuardedProcess({
    command: process.execPath,
    args: [...nodeFlags, entry],
    env: { ...inherited, ...env },
    cwd: '/',
    logFile,
    removeAfterCrash,
    onLog: onLog && ((line) => onLog(name, line)),
    stopSignal: 'SIGTERM',
  });
}
