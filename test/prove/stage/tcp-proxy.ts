import { connect, createServer, type Socket } from 'node:net';

/** What becomes of one connection, decided when it is opened. */
export interface ConnectionFate {
  /** Cut, in the middle of a frame or not, after so many bytes towards the client. */
  readonly cutAfterBytes?: number;
  /** From so many bytes on nothing passes in either direction, and nobody is told: half-open. */
  readonly stallAfterBytes?: number;
}

export interface TcpProxy {
  /** As `http://127.0.0.1:port`. */
  readonly url: string;
  readonly openCount: number;
  readonly cuts: number;
  readonly stalls: number;
  /** Decides over connections from now on. */
  decide(fate: () => ConnectionFate): void;
  /** Cuts every open connection at once. */
  cutAll(): void;
  stop(): Promise<void>;
}

/** Passes TCP connections on, in turn to the targets that accept one, and does them harm as told. */
export async function startTcpProxy(targets: readonly { port: number }[]): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let decide: () => ConnectionFate = () => ({});
  let turn = 0;
  let cuts = 0;
  let stalls = 0;

  const pass = (client: Socket, target: Socket, fate: ConnectionFate): void => {
    const { cutAfterBytes = Number.POSITIVE_INFINITY, stallAfterBytes = Number.POSITIVE_INFINITY } = fate;
    let passed = 0;
    let stalled = false;
    client.pipe(target);
    target.on('data', (chunk: Buffer) => {
      if (stalled) return;
      const from = passed;
      passed += chunk.length;
      if (passed >= cutAfterBytes) {
        cuts++;
        client.write(chunk.subarray(0, cutAfterBytes - from), () => {
          client.destroy();
          target.destroy();
        });
        return;
      }
      if (passed >= stallAfterBytes) {
        stalls++;
        stalled = true;
        client.unpipe(target);
        client.resume();
        return;
      }
      if (!client.write(chunk)) {
        target.pause();
        client.once('drain', () => target.resume());
      }
    });
    target.on('end', () => client.end());
  };
  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => client.destroy());
    client.setNoDelay(true);
    const fate = decide();
    const first = turn++;
    const dial = (tries: number): void => {
      const { port = 0 } = targets[(first + tries - 1) % targets.length] ?? {};
      const target = connect({ port, host: '127.0.0.1' });
      target.setNoDelay(true);
      let isConnected = false;
      target.once('connect', () => {
        isConnected = true;
        pass(client, target, fate);
      });
      target.on('error', () => {
        if (!isConnected && tries < targets.length && !client.destroyed) dial(tries + 1);
        else client.destroy();
      });
      target.on('close', () => isConnected && client.end());
      client.once('close', () => target.destroy());
    };
    client.once('close', () => open.delete(client));
    dial(1);
  });
  await new Promise<void>((resolve) =>
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, resolve),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    get openCount() {
      return open.size;
    },
    get cuts() {
      return cuts;
    },
    get stalls() {
      return stalls;
    },
    decide(fate) {
      decide = fate;
    },
    cutAll() {
      for (const client of open) client.destroy();
    },
    stop() {
      for (const client of open) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
