import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a port that can be cut: every connection drops, and new ones are refused until it is mended. */
export interface CuttableProxy {
  readonly port: number;
  cut(): void;
  mend(): void;
  /** What is open stays open and carries nothing any more, as after a sleep; new connections are as ever. */
  forget(): void;
  stop(): Promise<void>;
}

export async function startCuttableProxy(toPort: number): Promise<CuttableProxy> {
  const open = new Set<Socket>();
  let isCut = false;
  const track = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => open.delete(socket));
  };
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(toPort, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      track(one);
      one.pipe(other);
      one.once('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const drop = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
    forget() {
      for (const socket of open) socket.unpipe().pause();
    },
    async stop() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
