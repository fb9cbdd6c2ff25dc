import { type WebSocket, WebSocketServer } from 'ws';

/** L4: a server that gives every message it gets to every socket, with `ws.send`, one by one. Nothing else. */
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
const sockets = new Set<WebSocket>();
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => {
    const text = data.toString();
    for (const one of sockets) one.send(text);
  });
});
server.once('listening', () => process.send?.(server.address()));
process.once('SIGTERM', () => process.exit(0));
