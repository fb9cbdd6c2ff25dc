import { randomBytes } from 'node:crypto';
import { apiPrefix, type Tokens } from '@storm/contracts';
import { type Platform, type PlatformOptions, startPlatform } from '@storm/devstack';
import { WebSocket } from 'ws';

export interface BenchUser {
  id: string;
  token: string;
}

/** Limits on callers are not what is measured here: they are raised, everything else is as deployed. */
const unlimited = {
  LIMIT_SIGN_IN_ADDRESS_PER_MINUTE: '1000000',
  LIMIT_USER_PER_10S: '100000000',
  LIMIT_ADDRESS_PER_10S: '100000000',
  SOCKET_FRAMES_PER_SECOND: '1000000',
  SOCKET_FRAMES_AT_ONCE: '1000000',
};

export async function startBenchPlatform(options: Partial<PlatformOptions> = {}): Promise<Platform> {
  return startPlatform({
    ports: 'random',
    ...options,
    env: { ...options.env, gateway: { LOG_LEVEL: 'warn', ...unlimited, ...options.env?.gateway } },
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
  const tokens = await call<Tokens>(`${baseUrl}${apiPrefix}/auth/register`, 'POST', {
    username,
    displayName: username,
    password: randomBytes(12).toString('hex'),
  });
  return { id: tokens.user.id, token: tokens.accessToken };
}

export const createDirect = async (baseUrl: string, from: BenchUser, to: BenchUser): Promise<string> =>
  (
    await call<{ id: string }>(
      `${baseUrl}${apiPrefix}/conversations`,
      'POST',
      { kind: 'direct', userId: to.id },
      from.token,
    )
  ).id;

export const createGroup = async (
  baseUrl: string,
  owner: BenchUser,
  members: readonly BenchUser[],
): Promise<string> =>
  (
    await call<{ id: string }>(
      `${baseUrl}${apiPrefix}/conversations`,
      'POST',
      {
        kind: 'group',
        key: randomBytes(8).toString('hex'),
        name: 'bench',
        memberIds: members.map((one) => one.id),
      },
      owner.token,
    )
  ).id;

/** Opens a socket and resolves when the gateway says that it is ready. */
export function openSocket(baseUrl: string, user: BenchUser): Promise<WebSocket> {
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
