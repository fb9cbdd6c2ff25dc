export { type Backoff, backoffMs } from './backoff.ts';
export { closeCodes } from './close-codes.ts';
export {
  type ConnectOptions,
  createStormClient,
  type StormApi,
  type StormClient,
  type StormClientOptions,
} from './create-storm-client.ts';
export type { DownloadOptions, Downloads } from './download.ts';
export type { EventDataOf, EventType } from './event-hub.ts';
export { type KeyValueStore, memoryStore, type WebStorage, webStore } from './key-value-store.ts';
export type { SocketConstructor, SocketLike } from './open-socket.ts';
export type { Draft, SendOptions, SentMessage } from './outbox.ts';
export type { Resync, ResyncReason } from './position.ts';
export type { Realtime, RealtimeState } from './realtime.ts';
export { type RetryOptions, retry } from './retry.ts';
export type { CallOptions, RouteAnswer, RouteBody, RouteInput } from './route-types.ts';
export type { RouteName } from './routes.ts';
export type { Session, SignedOutReason } from './session.ts';
export { type ClientProblemCode, StormProblem } from './storm-problem.ts';
export type { Upload, UploadOptions, UploadSource } from './upload.ts';
