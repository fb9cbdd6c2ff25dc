import { Agent, createServer, request } from 'node:http';

/** L6: passes every request on and streams the answer back. Nothing else. */
const [target = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const server = createServer((incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const onward = request(target + url, { method, headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
