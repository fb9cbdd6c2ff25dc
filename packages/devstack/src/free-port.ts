import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range that systems take for outgoing connections (32768 on Linux, 49152 on macOS): a client that keeps
// dialling a port of that range while its server is down can be given the very port as its own end and hold it.
const LOWEST = 20_000;
const HIGHEST = 29_999;

/** A port that nothing listens on now, on 127.0.0.1. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`No free port between ${LOWEST} and ${HIGHEST}.`);
}

/** Whether a server could listen there now, on 127.0.0.1 as well as on all addresses. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port, '127.0.0.1')) && (await canListen(port, undefined));
}

function canListen(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
