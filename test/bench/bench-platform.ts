import { randomBytes } from 'node:crypto';
import { apiPrefix, type Tokens } from '@storm/contracts';
import { type Platform, type PlatformOptions, startPlatform } from '@storm/devstack';
import { WebSocket } from 'ws';

export interface SignedIn {
  id: string;
  token: string;
}

export interface BenchUser extends SignedIn {
  username: string;
  password: string;
}

/** Limits on callers are not what is measured here: they are raised, everything else is as deployed. */
const unlimited = {
  LIMIT_SIGN_IN_ADDRESS_PER_MINUTE: '1000000',
  LIMIT_SIGN_IN_NAME_PER_MINUTE: '1000000',
  LIMIT_USER_PER_10S: '100000000',
  LIMIT_ADDRESS_PER_10S: '100000000',
  SOCKET_FRAMES_PER_SECOND: '1000000',
  SOCKET_FRAMES_AT_ONCE: '1000000',
};
const maxUploadBytes = String(1_024 * 1_048_576);

export async function startBenchPlatform(options: Partial<PlatformOptions> = {}): Promise<Platform> {
  return startPlatform({
    ports: 'random',
    ...options,
    env: {
      gateway: { LOG_LEVEL: 'warn', MAX_UPLOAD_BYTES: maxUploadBytes, ...unlimited },
      media: { MAX_UPLOAD_BYTES: maxUploadBytes },
    },
  });
}

async function call<T>(url: string, method: string, body: unknown, token?: string): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

export async function registerUser(baseUrl: string): Promise<BenchUser> {
  const username = `bench-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const tokens = await call<Tokens>(`${baseUrl}${apiPrefix}/auth/register`, 'POST', {
    username,
    displayName: username,
    password,
  });
  return { id: tokens.user.id, username, password, token: tokens.accessToken };
}

/** Opens a socket and resolves when the gateway says that it is ready. */
export function openSocket(baseUrl: string, user: SignedIn): Promise<WebSocket> {
  const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/ws`, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', token: user.token })));
    socket.once('message', (data) => {
      if (data.toString().startsWith('{"type":"ready"')) resolve(socket);
      else reject(new Error(`not ready: ${data.toString()}`));
    });
  });
}

const openedAtOnce = 40;

/** Opens `count` sockets of a kind, those of the users in turn, some at a time. */
export async function openMany<Socket>(
  openOne: (baseUrl: string, user: SignedIn) => Promise<Socket>,
  urls: readonly string[],
  users: readonly SignedIn[],
  count: number,
): Promise<Socket[]> {
  const sockets: Socket[] = new Array(count);
  let next = 0;
  const open = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const user = users[index % users.length];
      const url = urls[index % urls.length];
      if (user === undefined || url === undefined) throw new Error('no users or no gateways');
      sockets[index] = await openOne(url, user);
    }
  };
  await Promise.all(Array.from({ length: openedAtOnce }, open));
  return sockets;
}

export const openSockets = (
  urls: readonly string[],
  users: readonly SignedIn[],
  count: number,
): Promise<WebSocket[]> => openMany(openSocket, urls, users, count);

export function closeSockets(sockets: Iterable<WebSocket>): void {
  for (const socket of sockets) socket.terminate();
}
