export * from './commands.ts';
export * from './entities.ts';
export * from './events.ts';
export * from './http.ts';
export * from './ids.ts';
export * from './queries.ts';
export * as frames from './socket.ts';
export { type ClientFrame, closeCodes, type ServerFrame } from './socket.ts';
export * from './streams.ts';
