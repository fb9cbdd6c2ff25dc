import {
  conversationJoined,
  conversationLeft,
  encodeCursor,
  memberRemoved,
  parseEventSubject,
  type StreamPosition,
  sessionRevoked,
  splitLines,
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
  /** Of several that share a place in the stream, which; undefined for the last one, which completes it. */
  readonly part: number | undefined;
  /** It was in the stream before: whoever is live has heard it. */
  readonly isAgain: boolean;
  readonly #epoch: string;
  #frame: Buffer | undefined;

  constructor(room: string, type: string, position: StreamPosition, data: Uint8Array, isAgain: boolean) {
    this.room = room;
    this.type = type;
    this.sequence = position.sequence;
    this.timeMs = position.timeMs;
    this.part = position.part;
    this.data = data;
    this.isAgain = isAgain;
    this.#epoch = position.epoch;
  }

  /** Whether the gateway itself must look at it (who is in a room, which sessions live). */
  get isControl(): boolean {
    return controlTypes.has(this.type);
  }

  /** The WebSocket frame, encoded once however many sockets get it. */
  get frame(): Buffer {
    if (this.#frame === undefined) {
      const { type, sequence, timeMs, data, part } = this;
      const place = { epoch: this.#epoch, sequence, timeMs };
      const cursor = encodeCursor(part === undefined ? place : { ...place, part });
      const start = `{"type":"event","event":"${type}","cursor":"${cursor}","data":`;
      this.#frame = encodeTextFrame(start, data, '}');
    }
    return this.#frame;
  }
}

/** @returns what the event tells, in order: one a document; nothing when the subject is not of an event. */
export function createLiveEvents(
  subject: string,
  position: StreamPosition,
  data: Uint8Array,
  isAgain: boolean,
): LiveEvent[] {
  const parsed = parseEventSubject(subject);
  if (parsed === null) return [];
  const { audience, of, type } = parsed;
  const room = `${audience}.${of}`;
  const lines = splitLines(data);
  return lines.map((line, index) => {
    const part = index + 1;
    return new LiveEvent(room, type, part < lines.length ? { ...position, part } : position, line, isAgain);
  });
}
