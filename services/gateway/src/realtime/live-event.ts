import {
  conversationJoined,
  conversationLeft,
  encodeCursor,
  memberRemoved,
  parseEventSubject,
  sessionRevoked,
} from '@storm/contracts';
import * as ws from 'ws';

/** Exported by ws for this purpose and left out of its types. */
interface FrameEncoder {
  frame(
    data: Buffer,
    options: { fin: boolean; rsv1: boolean; opcode: number; mask: boolean; readOnly: boolean },
  ): Buffer[];
}
const { Sender } = ws as unknown as { Sender: FrameEncoder };

/** An event on its way to sockets, out of the live subjects or of a replay. */
export interface LiveEvent {
  /** `conversation.<id>` or `user.<id>`: the room that it is for. */
  readonly room: string;
  readonly type: string;
  readonly sequence: number;
  readonly timeMs: number;
  readonly data: Uint8Array;
  /** Whether the gateway itself must look at it (who is in a room, which sessions live). */
  readonly isControl: boolean;
  /** The WebSocket frame, encoded once however many sockets get it. */
  readonly frame: Buffer;
}

const controlTypes = new Set<string>([
  conversationJoined.type,
  conversationLeft.type,
  memberRemoved.type,
  sessionRevoked.type,
]);

/** @returns null when the subject is not of an event. */
export function createLiveEvent(
  subject: string,
  position: { epoch: string; sequence: number; timeMs: number },
  data: Uint8Array,
): LiveEvent | null {
  const parsed = parseEventSubject(subject);
  if (parsed === null) return null;
  const { audience, of, type } = parsed;
  let frame: Buffer | undefined;
  return {
    room: `${audience}.${of}`,
    type,
    sequence: position.sequence,
    timeMs: position.timeMs,
    data,
    isControl: controlTypes.has(type),
    get frame() {
      frame ??= encodeFrame([
        Buffer.from(`{"type":"event","event":"${type}","cursor":"${encodeCursor(position)}","data":`),
        data,
        closingBrace,
      ]);
      return frame;
    },
  };
}

const closingBrace = Buffer.from('}');

/** A whole unmasked text frame in one buffer. */
export function encodeFrame(parts: readonly Uint8Array[]): Buffer {
  return encodePayload(Buffer.concat(parts));
}

export const encodeJsonFrame = (value: unknown): Buffer => encodePayload(Buffer.from(JSON.stringify(value)));

/** An empty ping; the peer's pong says that it is there. */
export const pingFrame = Buffer.from([0x89, 0]);

function encodePayload(payload: Buffer): Buffer {
  return Buffer.concat(
    Sender.frame(payload, { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }),
  );
}
