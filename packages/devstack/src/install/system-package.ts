import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TIMEOUT_MS = 300_000;

const runFile = promisify(execFile);

/** Package names by package manager. */
export interface SystemPackage {
  apt: string;
  brew: string;
}

/**
 * Installs a package with the system's own package manager, where that needs no password.
 *
 * @throws when there is none or it fails; the message says why.
 */
export async function installSystemPackage(
  { apt, brew }: SystemPackage,
  tell: (text: string) => void,
): Promise<void> {
  if (!(await works(['apt-get', '--version']))) {
    if (await works(['brew', '--version'])) return run(['brew', 'install', brew], tell);
    throw new Error('this system has neither apt nor brew');
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await works(['sudo', '-n', 'true']))) {
    throw new Error('apt needs root, and sudo would ask for a password');
  }
  const asRoot = [...(isRoot ? [] : ['sudo', '-n']), 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  const install = [...asRoot, 'install', '-y', '--no-install-recommends', apt];
  try {
    await run(install, tell);
  } catch {
    // A fresh machine has no package lists yet, an old one has stale ones.
    await run([...asRoot, 'update'], tell);
    await run(install, tell);
  }
}

async function run(command: string[], tell: (text: string) => void): Promise<void> {
  const [program = '', ...args] = command;
  tell(`installing with ${command.join(' ')}`);
  try {
    await runFile(program, args, { timeout: TIMEOUT_MS, env: process.env });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const fault = (stderr || message).trim().split('\n').at(-1);
    throw new Error(`${command.join(' ')} failed: ${fault}`, { cause: error });
  }
}

function works([program = '', ...args]: string[]): Promise<boolean> {
  return runFile(program, args, { env: process.env }).then(
    () => true,
    () => false,
  );
}
