export { type Bus, type BusSettings, createBus } from './bus.ts';
export { type ConsumeOptions, type Consuming, consume } from './consume.ts';
export { deadLetterHeaders, parkDeadLetter } from './dead-letter.ts';
export { ensureStream } from './ensure-stream.ts';
export { readEnv } from './env.ts';
export { createHealth, type HealthCheck, type HealthOptions, type HealthReport } from './health.ts';
export { createLogger, type Logger } from './logger.ts';
export {
  defineProblems,
  Problem,
  type ProblemBody,
  type ProblemKind,
  type ProblemOptions,
  type ProblemTable,
  runtimeProblems,
  runtimeProblemTable,
} from './problem.ts';
export {
  createPublisher,
  type OnAcknowledged,
  type Outgoing,
  type PublishAck,
  type Publisher,
} from './publish.ts';
export { encodeHeaders, findHeader } from './raw-headers.ts';
export {
  defineDoor,
  pingQuery,
  type QueryContract,
  type QueryDoor,
  request,
  requestBytes,
  type ServingQuery,
  serveQuery,
  toProblem,
} from './request.ts';
export { type Running, run, type StopStep, stopAll } from './run.ts';
export { type OperationsServer, serveOperations } from './serve-operations.ts';
export { type TryUntilDoneOptions, tryUntilDone } from './try-until-done.ts';
export { createValidator, type Validator } from './validate.ts';
export { createWaitingList, type Waiting, type WaitingList } from './waiting-list.ts';
