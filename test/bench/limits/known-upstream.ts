import { createServer } from 'node:http';

/**
 * Stands behind the gateway and behind the raw proxy where their own cost is measured: gives back, at once, what the real
 * user service answered to the same questions.
 */
const [userServiceUrl = '', token = ''] = process.argv.slice(2);
const ask = async (path: string): Promise<Buffer> => {
  const answer = await fetch(userServiceUrl + path, { headers: { authorization: `Bearer ${token}` } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
};
const answers = new Map<string | undefined, Buffer>();
for (const path of ['/', '/users/me', '/.well-known/jwks.json']) answers.set(path, await ask(path));
const server = createServer((request, response) => {
  const body = answers.get(request.url);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body?.length ?? 0 };
  response.writeHead(body === undefined ? 404 : 200, headers).end(body);
});
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
