import type { ClientFrame, ServerFrame } from '@storm/contracts';
import { createListeners } from './listeners.ts';
import type { SocketLife } from './socket-life.ts';

/** The socket of the moment, for those who only want to use it while it is there. */
export interface Wire {
  readonly isOpen: boolean;
  send(frame: ClientFrame): void;
  onFrame(listener: (frame: ServerFrame) => void): () => void;
  /** The socket is gone: what was asked over it will not be answered. */
  onCut(listener: () => void): () => void;
  attach(life: SocketLife | undefined): void;
  receive(frame: ServerFrame): void;
}

export function createWire(onFault: (error: unknown) => void): Wire {
  const frames = createListeners<ServerFrame>(onFault);
  const cuts = createListeners<void>(onFault);
  let life: SocketLife | undefined;
  return {
    get isOpen() {
      return life?.isReady === true;
    },
    send: (frame) => life?.send(frame),
    onFrame: (listener) => frames.add(listener),
    onCut: (listener) => cuts.add(listener),
    attach(next) {
      life = next;
      if (next === undefined) cuts.tell();
    },
    receive: (frame) => frames.tell(frame),
  };
}
