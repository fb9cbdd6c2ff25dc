import {
  conversationJoined,
  conversationLeft,
  encodeCursor,
  memberRemoved,
  parseEventSubject,
  type StreamPosition,
  sessionRevoked,
} from '@storm/contracts';
import { encodeTextFrame } from './text-frame.ts';

const controlTypes = new Set<string>([
  conversationJoined.type,
  conversationLeft.type,
  memberRemoved.type,
  sessionRevoked.type,
]);

/** An event on its way to sockets, out of the live subjects or of a replay. */
export class LiveEvent {
  /** `conversation.<id>` or `user.<id>`: the room that it is for. */
  readonly room: string;
  readonly type: string;
  readonly sequence: number;
  readonly timeMs: number;
  readonly data: Uint8Array;
  readonly #epoch: string;
  #frame: Buffer | undefined;

  constructor(room: string, type: string, { epoch, sequence, timeMs }: StreamPosition, data: Uint8Array) {
    this.room = room;
    this.type = type;
    this.sequence = sequence;
    this.timeMs = timeMs;
    this.data = data;
    this.#epoch = epoch;
  }

  /** Whether the gateway itself must look at it (who is in a room, which sessions live). */
  get isControl(): boolean {
    return controlTypes.has(this.type);
  }

  /** The WebSocket frame, encoded once however many sockets get it. */
  get frame(): Buffer {
    if (this.#frame === undefined) {
      const { type, sequence, timeMs, data } = this;
      const cursor = encodeCursor({ epoch: this.#epoch, sequence, timeMs });
      const start = `{"type":"event","event":"${type}","cursor":"${cursor}","data":`;
      this.#frame = encodeTextFrame(start, data, '}');
    }
    return this.#frame;
  }
}

/** @returns null when the subject is not of an event. */
export function createLiveEvent(
  subject: string,
  position: StreamPosition,
  data: Uint8Array,
): LiveEvent | null {
  const parsed = parseEventSubject(subject);
  if (parsed === null) return null;
  const { audience, of, type } = parsed;
  return new LiveEvent(`${audience}.${of}`, type, position, data);
}
