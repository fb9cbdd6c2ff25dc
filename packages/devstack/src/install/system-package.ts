import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** Package names by package manager. */
export interface SystemPackage {
  apt: string;
  brew: string;
}

interface Installer {
  commands: string[][];
}

/**
 * Installs a package with the system's own package manager, where that needs no password.
 *
 * @throws when there is none or it fails; the message says why.
 */
export async function installSystemPackage(
  wanted: SystemPackage,
  tell: (text: string) => void,
): Promise<void> {
  const { commands } = await chooseInstaller(wanted);
  for (const [index, [program = '', ...args]] of commands.entries()) {
    tell(`installing with ${[program, ...args].join(' ')}`);
    try {
      await runFile(program, args, {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' },
        timeout: 300_000,
      });
      return;
    } catch (error) {
      if (index === commands.length - 1) {
        const { stderr = '' } = error as { stderr?: string };
        throw new Error(`${[program, ...args].join(' ')} failed: ${stderr.trim().split('\n').at(-1)}`, {
          cause: error,
        });
      }
    }
  }
}

async function chooseInstaller({ apt, brew }: SystemPackage): Promise<Installer> {
  if (process.platform === 'darwin') {
    return { commands: [['brew', 'install', brew]] };
  }
  if (!(await exists('/usr/bin/apt-get'))) throw new Error('this system has neither apt nor brew');
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const sudoWorks =
    prefix.length === 0 ||
    (await runFile('sudo', ['-n', 'true']).then(
      () => true,
      () => false,
    ));
  if (!sudoWorks) throw new Error('apt needs root, and sudo would ask for a password');
  const install = [...prefix, 'apt-get', 'install', '-y', '--no-install-recommends', apt];
  // A fresh machine has no package lists yet; an old one has stale ones.
  const refreshAndInstall = [
    ...prefix,
    'sh',
    '-c',
    `apt-get update && apt-get install -y --no-install-recommends ${apt}`,
  ];
  return { commands: [install, refreshAndInstall] };
}

function exists(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
