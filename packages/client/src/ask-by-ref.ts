import type { ClientFrame, ServerFrame } from '@storm/contracts';
import { type SettledLater, settledLater } from './settled-later.ts';
import { clientProblem, StormProblem } from './storm-problem.ts';
import type { Wire } from './wire.ts';

type Question = Extract<ClientFrame, { type: 'read' | 'ping' }>;

/** Asks over the socket and waits for the frame that carries the same `ref`. */
export type AskByRef = (question: Question, timeoutMs: number) => Promise<void>;

export function createAskByRef(wire: Wire): AskByRef {
  const open = new Map<string, SettledLater<void>>();
  let count = 0;
  wire.onFrame((frame: ServerFrame) => {
    if (frame.type !== 'done' && frame.type !== 'pong' && frame.type !== 'error') return;
    const waiting = frame.ref === undefined ? undefined : open.get(frame.ref);
    if (frame.type === 'error') waiting?.reject(new StormProblem(frame.problem));
    else waiting?.resolve();
  });
  wire.onCut(() => {
    for (const waiting of open.values()) waiting.reject(clientProblem('disconnected'));
  });
  return async (question, timeoutMs) => {
    if (!wire.isOpen) throw clientProblem('disconnected');
    const ref = `r${++count}`;
    const waiting = settledLater<void>();
    open.set(ref, waiting);
    const timer = setTimeout(() => waiting.reject(clientProblem('timed-out')), timeoutMs);
    try {
      wire.send({ ...question, ref });
      await waiting.promise;
    } finally {
      clearTimeout(timer);
      open.delete(ref);
    }
  };
}
