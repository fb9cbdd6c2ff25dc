import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';

/** L5: the smallest Fastify server. */
const app = fastify();
app.get('/', () => ({ hello: 'world' }));
await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.(app.server.address() as AddressInfo);
