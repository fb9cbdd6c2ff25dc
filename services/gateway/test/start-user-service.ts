import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SessionId, User, UserId } from '@storm/contracts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { uuidv7 } from 'uuidv7';

export interface SignedIn {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly token: string;
}

/** Speaks as the user service does, over real HTTP with real keys, so that a test can say what it knows. */
export interface TestUserService {
  readonly url: string;
  /** Everything it was asked, e.g. `GET /users/me`. */
  readonly asked: string[];
  readonly headers: IncomingMessage['headers'][];
  addUser(username: string): Promise<SignedIn>;
  sign(claims: Record<string, unknown>, options?: { expiresIn?: string }): Promise<string>;
  /** From now on requests are taken and not answered, until `speak` answers them all. */
  silence(): void;
  speak(): void;
  /** Resolves when the next request is there. */
  nextRequest(): Promise<void>;
  stop(): Promise<void>;
}

export async function startUserService(): Promise<TestUserService> {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  const key = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'EdDSA', use: 'sig' };
  const users = new Map<string, User>();
  const asked: string[] = [];
  const headers: IncomingMessage['headers'][] = [];
  const answer = (path: string, query: URLSearchParams): [number, unknown] => {
    const ids = query.get('ids')?.split(',') ?? [];
    if (path === '/') return [200, { status: 'ok' }];
    if (path === '/.well-known/jwks.json') return [200, { keys: [key] }];
    if (path === '/users') return [200, { users: ids.flatMap((id) => users.get(id) ?? []) }];
    if (path === '/users/me') return [200, { me: true }];
    if (path === '/auth/logout') return [204, undefined];
    const problem = {
      type: 'urn:storm:problem:invalid-credentials',
      title: 'No',
      status: 401,
      retryable: false,
    };
    return path === '/auth/login' ? [401, problem] : [500, 'stack trace of the user service'];
  };
  let held: (() => void)[] | null = null;
  const waiters: (() => void)[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://users');
    asked.push(`${request.method} ${request.url}`);
    headers.push(request.headers);
    request.resume();
    const respond = (): void => {
      const [status, body] = answer(pathname, searchParams);
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : type });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    if (held === null) respond();
    else held.push(respond);
    for (const resolve of waiters.splice(0)) resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sign: TestUserService['sign'] = (claims, { expiresIn = '15m' } = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: 'test' })
      .setIssuedAt()
      .setIssuer('storm')
      .setAudience('storm')
      .setExpirationTime(expiresIn)
      .sign(privateKey);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers,
    sign,
    silence() {
      held ??= [];
    },
    speak() {
      const answers = held ?? [];
      held = null;
      for (const respond of answers) respond();
    },
    nextRequest: () => new Promise((resolve) => waiters.push(resolve)),
    async addUser(username: string) {
      const userId = uuidv7() as UserId;
      const sessionId = uuidv7() as SessionId;
      users.set(userId, { id: userId, username, displayName: username, createdAt: '2026-01-01T00:00:00Z' });
      return { userId, sessionId, token: await sign({ sub: userId, sid: sessionId }) };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
