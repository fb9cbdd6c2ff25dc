import type { ConversationId } from '@storm/contracts';
import { type RawAnswer, rawBytes, rawFetch } from './raw-http.ts';
import type { Person, World } from './world.ts';

export const hostileHttp = (world: () => World) =>
  describe('over HTTP', () => {
    let ada: Person;
    let conversationId: ConversationId;
    let token: string;
    let base: string;
    beforeAll(async () => {
      ada = await world().person('ada', 0);
      conversationId = await world().group(ada);
      token = (await ada.storm.restore())?.accessToken ?? '';
      base = `${world().urls[0]}/api/v1`;
    });
    const post = (body: string, headers: Record<string, string> = {}, path?: string) =>
      rawFetch(base + (path ?? `/conversations/${conversationId}/messages`), {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        body,
      });
    const isClear = ({ status, contentType, body }: RawAnswer): boolean =>
      contentType.startsWith('application/problem+json') &&
      body.status === status &&
      typeof body.title === 'string' &&
      String(body.type).startsWith('urn:storm:problem:') &&
      typeof body.retryable === 'boolean';
    const expectProblem = (answer: RawAnswer, status: number, slug?: string): void => {
      expect({ ...answer, isClear: isClear(answer) }).toMatchObject({ status, isClear: true });
      if (slug !== undefined) expect(answer.body.type).toBe(`urn:storm:problem:${slug}`);
    };
    afterAll(async () => {
      const { messages } = await ada.storm.api.listMessages({ params: { conversationId } });
      expect(messages.map(({ text }) => text)).not.toContain('bad');
      expect(await ada.storm.send(conversationId, { text: 'all is well' })).toMatchObject({
        duplicate: false,
      });
    });

    test.each([
      ['cut short', '{"key":"k","text":"bad"'],
      ['not JSON at all', 'text=bad&key=k'],
      ['empty', ''],
    ])('a body that is %s', async (_, body) => expectProblem(await post(body), 400));

    test.each([
      ['an array', '[]'],
      ['null', 'null'],
      ['a number', '7'],
      ['a text', '"bad"'],
      ['without key', '{"text":"bad"}'],
      ['without text', '{"key":"k"}'],
      ['with a number as text', '{"key":"k","text":5}'],
      ['with an object as text', '{"key":"k","text":{"a":1}}'],
      ['with more than is asked', '{"key":"k","text":"bad","senderId":"somebody else"}'],
      ['with a prototype', '{"key":"k","text":"bad","__proto__":{"admin":true}}'],
      ['with an empty key', '{"key":"","text":"bad"}'],
      ['with a key of 65 characters', JSON.stringify({ key: 'k'.repeat(65), text: 'bad' })],
      ['with a line break in its key', '{"key":"a\\r\\nb","text":"bad"}'],
      ['with NUL in its text', '{"key":"k","text":"bad\\u0000"}'],
      ['with nothing to say', '{"key":"k","text":""}'],
      ['with too long a text', JSON.stringify({ key: 'k', text: 'b'.repeat(16_001) })],
      [
        'with eleven files',
        JSON.stringify({ key: 'k', text: 'bad', mediaIds: Array(11).fill(crypto.randomUUID()) }),
      ],
    ])('a message that is %s', async (_, body) => expectProblem(await post(body), 400));

    test('what is wrong is said by path', async () => {
      const { body } = await post('{"key":7,"text":"bad"}');
      expect(body.errors).toEqual(
        expect.arrayContaining([expect.objectContaining({ path: expect.stringContaining('key') })]),
      );
    });

    test('half of a surrogate pair is stored as something or refused, but does no harm', async () => {
      const { status } = await post('{"key":"half","text":"\\ud800"}');
      expect([200, 201, 400]).toContain(status);
      expect((await post('{"key":"half","text":"\\ud800"}')).status).toBeLessThan(500);
    });

    test('a body of 5 MB', async () => {
      expectProblem(await post(JSON.stringify({ key: 'k', text: 'b'.repeat(5_000_000) })), 413, 'too-large');
      expect((await post('{"key":"after","text":"after the large one"}')).status).toBe(201);
    });

    test('another content type', async () => {
      expectProblem(await post('{"key":"k","text":"bad"}', { 'content-type': 'text/plain' }), 415);
      expectProblem(await post('<a/>', { 'content-type': 'application/xml' }), 415);
    });

    test('unknown places', async () => {
      const message = '{"key":"k","text":"bad"}';
      const nowhere = `/conversations/${crypto.randomUUID()}/messages`;
      expectProblem(await post(message, {}, nowhere), 404, 'conversation-not-found');
      expectProblem(await post(message, {}, '/conversations/not-an-id/messages'), 400);
      expectProblem(await post(message, {}, '/no/such/thing'), 404);
      expectProblem(await rawFetch(`${base}/users/me`, { method: 'DELETE' }), 405);
    });

    test.each([
      ['no token', ''],
      ['no JWT', 'Bearer not.a.token'],
      ['another scheme', 'Basic YWRhOnBhc3N3b3Jk'],
      ['a very long one', `Bearer ${'a'.repeat(6_000)}`],
    ])('%s', async (_, authorization) => {
      expectProblem(
        await rawFetch(`${base}/users/me`, { headers: { authorization } }),
        401,
        'unauthenticated',
      );
    });

    test('a token that was changed, unsigned, or signed by somebody else', async () => {
      const [head = '', claims = '', signature = ''] = token.split('.');
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      const changed = Buffer.from(
        JSON.stringify({
          ...JSON.parse(Buffer.from(claims, 'base64url').toString()),
          sub: crypto.randomUUID(),
        }),
      ).toString('base64url');
      const forged = [
        `${head}.${changed}.${signature}`,
        `${none}.${claims}.`,
        `${head}.${claims}.${'A'.repeat(86)}`,
      ];
      for (const one of forged) {
        const headers = { authorization: `Bearer ${one}` };
        expectProblem(await rawFetch(`${base}/users/me`, { headers }), 401, 'unauthenticated');
      }
    });

    test('bad accounts', async () => {
      const register = (body: unknown) => post(JSON.stringify(body), { authorization: '' }, '/auth/register');
      const good = { username: 'somebody', displayName: 'Somebody', password: 'long enough to pass' };
      expectProblem(await register({ ...good, username: 'UPPER' }), 400);
      expectProblem(await register({ ...good, username: 'a' }), 400);
      expectProblem(await register({ ...good, password: 'short' }), 400);
      expectProblem(await register({ ...good, displayName: ' ' }), 400);
      expectProblem(await register({ ...good, displayName: 'a\u0000b' }), 400);
      expectProblem(await register({ ...good, isAdmin: true }), 400);
      expectProblem(await post('{"refreshToken":"this-was-never-a-token"}', {}, '/auth/refresh'), 401);
    });

    test.each(['limit=0', 'limit=100000', 'limit=many', 'before=-1', 'after=1.5', 'surprise=1'])(
      'the query %s',
      async (query) => {
        const headers = { authorization: `Bearer ${token}` };
        const path = `${base}/conversations/${conversationId}/messages?${query}`;
        expectProblem(await rawFetch(path, { headers }), 400, 'invalid-request');
      },
    );

    test('bytes that are not HTTP, and headers without end', async () => {
      const url = world().urls[0] ?? '';
      expect(await rawBytes(url, 'HELLO STORM\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*urn:storm:problem:/);
      const headers = `GET / HTTP/1.1\r\nhost: storm\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`;
      expect(await rawBytes(url, headers)).toMatch(/^HTTP\/1\.1 431 /);
    });
  });
