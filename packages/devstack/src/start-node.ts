import { type GuardedProcess, startGuardedProcess } from './guarded-process.ts';

export interface NodeProcessOptions {
  name: string;
  /** Built file, absolute. */
  entry: string;
  nodeFlags: readonly string[];
  env: Record<string, string>;
  logFile: string;
  /** The process writes its id into each of these files before it begins: that puts it into a control group. */
  joinFiles?: readonly string[] | undefined;
  removeAfterCrash?: string | undefined;
  onLog?: ((name: string, line: string) => void) | undefined;
}

const JOIN = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 1; shift; done; shift; exec "$@"';

/** A file of a service in a Node process of its own. */
export function startNode(options: NodeProcessOptions): Promise<GuardedProcess> {
  const { name, entry, nodeFlags, env, logFile, joinFiles = [], removeAfterCrash, onLog } = options;
  const node = [process.execPath, ...nodeFlags, entry];
  const [command = '', ...args] =
    joinFiles.length === 0 ? node : ['sh', '-c', JOIN, 'join', ...joinFiles, '--', ...node];
  // What a test runner sets for itself is not for the service.
  const { NODE_ENV: _env, NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, ...inherited } = process.env;
  return startGuardedProcess({
    command,
    args,
    env: { ...inherited, ...env },
    cwd: '/',
    logFile,
    removeAfterCrash,
    onLog: onLog && ((line) => onLog(name, line)),
    stopSignal: 'SIGTERM',
  });
}
