import { randomInt } from 'node:crypto';
import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

// Below the range that systems take for outgoing connections (32768 on Linux, 49152 on macOS): a client that keeps
// dialling a port of that range while its server is down can be given the very port as its own end and hold it.
const LOWEST = 20_000;
const HIGHEST = 29_999;

/** Longer than anything takes from choosing a port to listening on it. */
const RESERVED_MS = 120_000;

/** A port that nothing listens on now and that no other process of this user was given lately. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if ((await isPortFree(port)) && reserve(port)) return port;
  }
  throw new Error(`No free port between ${LOWEST} and ${HIGHEST}.`);
}

/** Whether a server could listen there now, on 127.0.0.1 as well as on all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, undefined));
}

/** Test files run side by side, and a port that was chosen is free until its server is up. */
function reserve(port: number): boolean {
  const dir = join(tmpdir(), `storm-ports-${userInfo().uid}`);
  mkdirSync(dir, { recursive: true });
  const file = join(dir, String(port));
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (Date.now() - statSync(file).mtimeMs < RESERVED_MS) return false;
  utimesSync(file, new Date(), new Date());
  return true;
}

function canListen(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
