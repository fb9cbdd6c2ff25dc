export type { CachedState } from './cached-state.ts';
export { createLocalModel, type LocalModel, type LocalModelOptions } from './create-local-model.ts';
export type { Timeline, TimelineState } from './create-timeline.ts';
export type { NewMessage, Pending, UnsentQueue } from './create-unsent-queue.ts';
export { isMuted } from './is-muted.ts';
export { memoryUnsentStore, type Unsent, type UnsentFile, type UnsentStore } from './unsent.ts';
