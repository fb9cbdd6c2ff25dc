import { execFile } from 'node:child_process';

export const namespace = 'storm';

export interface KubectlOptions {
  /** Standard input. */
  input?: string;
  timeoutMs?: number;
}

/** Runs kubectl against the cluster that KUBECONFIG names. @throws with what it printed */
export function kubectl(args: readonly string[], options: KubectlOptions = {}): Promise<string> {
  const { input, timeoutMs = 180_000 } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      'kubectl',
      [...args],
      { timeout: timeoutMs, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`kubectl ${args.slice(0, 4).join(' ')}: ${stderr.trim() || error.message}`));
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** As `kubectl`, in the namespace. */
export const inStorm = (args: readonly string[], options?: KubectlOptions): Promise<string> =>
  kubectl(['-n', namespace, ...args], options);

/** @throws when there is no such object */
export async function getJson<T>(...args: string[]): Promise<T> {
  return JSON.parse(await inStorm(['get', ...args, '-o', 'json'])) as T;
}
