import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface PortHolder {
  pid: number;
  command: string;
  /** Folder of the Storm clone that it belongs to, if it does. */
  stormClone: string | null;
}

const runFile = promisify(execFile);

/** The process that listens on the TCP port, as far as this user may see it. */
export async function findPortHolder(port: number): Promise<PortHolder | null> {
  try {
    return process.platform === 'linux' ? await findInProc(port) : await findWithLsof(port);
  } catch {
    return null; // Only a nicer message depends on it.
  }
}

async function findInProc(port: number): Promise<PortHolder | null> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  );
  const sockets = new Set<string>();
  for (const line of tables.join('\n').split('\n')) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === '0A' && local.endsWith(`:${hexPort}`)) sockets.add(`socket:[${inode}]`);
  }
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const handle of handles) {
      const target = await readlink(`/proc/${pid}/fd/${handle}`).catch(() => '');
      if (sockets.has(target)) {
        const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
        return describe(Number(pid), command);
      }
    }
  }
  return null;
}

async function findWithLsof(port: number): Promise<PortHolder | null> {
  const { stdout } = await runFile('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t']);
  const pid = Number(stdout.trim().split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return null;
  const { stdout: command } = await runFile('ps', ['-o', 'command=', '-p', String(pid)]);
  return describe(pid, command.trim());
}

function describe(pid: number, command: string): PortHolder {
  const clone = /(?:^|[\s=])(\/[^\s]*?)\/(?:\.storm|services\/[a-z]+\/dist)\//.exec(command);
  return {
    pid,
    command: command.length > 160 ? `${command.slice(0, 160)}…` : command,
    stormClone: clone?.[1] ?? null,
  };
}
