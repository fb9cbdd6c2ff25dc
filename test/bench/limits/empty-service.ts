import { createServer } from 'node:http';

/** L10: what a Node process needs to answer at all. */
createServer((_request, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
