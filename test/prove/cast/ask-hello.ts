import { WebSocket } from 'ws';
import { within } from '../sleep.ts';

export interface HelloAnswer {
  readonly frames: readonly { type: string; reason?: string; resumed?: boolean; cursor?: string }[];
  readonly closeCode: number | null;
}

/** Says hello with a cursor and gathers what comes until it is quiet for 300 ms after `ready`, 5 s at most. */
export async function askHello(baseUrl: string, token: string, cursor: string): Promise<HelloAnswer> {
  const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/ws`, { perMessageDeflate: false });
  const frames: { type: string; reason?: string }[] = [];
  let closeCode: number | null = null;
  const settled = new Promise<void>((resolve) => {
    let quiet: NodeJS.Timeout | undefined;
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token, cursor })));
    socket.on('message', (data) => {
      frames.push(JSON.parse(data.toString()));
      clearTimeout(quiet);
      quiet = setTimeout(resolve, 300);
    });
    socket.on('error', () => resolve());
    socket.on('close', (code) => {
      closeCode = code;
      resolve();
    });
  });
  await within(settled, 5_000);
  socket.terminate();
  return { frames, closeCode };
}
