import {
  conversationCommands,
  isCommandBatch,
  parseReplyInbox,
  parseWorkSubject,
  replyHeader,
} from '@storm/contracts';
import { createValidator, findHeader } from '@storm/runtime';
import type { Msg } from 'nats';
import type { ConversationCommand } from '../domain/command.ts';

/** A message of the stream: one command, or several. It is acknowledged when none of them is left. */
export interface Parcel {
  readonly partition: number;
  readonly message: Msg;
  left: number;
}

/** Where the outcome of a command is told. */
export interface ReplyPlace {
  /** Where somebody listens; empty when nobody does. */
  readonly inbox: string;
  /** What the outcome is for, where those of several commands may be told at once. */
  readonly token: string | null;
}

/** One command of a parcel. */
export interface Delivery {
  readonly parcel: Parcel;
  readonly reply: ReplyPlace;
  readonly command: ConversationCommand;
}

/** A command that cannot be understood: how it would stand in the stream by itself, and why. */
export interface Unreadable {
  readonly parcel: Parcel;
  readonly reply: ReplyPlace;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly error: unknown;
}

const validators = new Map<string, (value: unknown) => unknown>(
  conversationCommands.map((one) => [one.verb, createValidator(one.data)]),
);

/** Takes a message of the stream apart, in order. */
export function unpackCommands(partition: number, message: Msg): (Delivery | Unreadable)[] {
  const parcel: Parcel = { partition, message, left: 1 };
  const inbox = findHeader(message, replyHeader) ?? '';
  const place = parseReplyInbox(inbox);
  const id = placeInStream(message);
  if (isCommandBatch(message.subject)) {
    try {
      const batch = readBatch(JSON.parse(textOf(message.data)));
      parcel.left = batch.length;
      return batch.map(([token, verb, data], index) => {
        const reply = { inbox: place?.batch ?? '', token };
        try {
          return { parcel, reply, command: read(verb, data, `${id}:${index}`) };
        } catch (error) {
          return { parcel, reply, error, ...alone(partition, verb, data) };
        }
      });
    } catch (error) {
      const { subject, data } = message;
      return [{ parcel, reply: { inbox: '', token: null }, subject, data, error }];
    }
  }
  const reply = place === null ? { inbox, token: null } : { inbox: place.batch, token: place.token };
  try {
    const verb = parseWorkSubject(message.subject)?.verb ?? '';
    return [{ parcel, reply, command: read(verb, JSON.parse(textOf(message.data)), id) }];
  } catch (error) {
    return [{ parcel, reply, subject: message.subject, data: message.data, error }];
  }
}

/** A command of a batch as it would stand in the stream by itself: so it is parked, and so it can be sent back. */
export function alone(partition: number, verb: string, data: unknown): { subject: string; data: Uint8Array } {
  const of = typeof data === 'object' && data !== null && 'conversationId' in data ? data.conversationId : '';
  const isToken = typeof of === 'string' && /^[\w-]+$/.test(of) && /^[\w-]+$/.test(verb);
  return {
    subject: isToken ? `work.${partition}.${of}.${verb}` : `work.${partition}.unknown.unknown`,
    data: Buffer.from(JSON.stringify(data)),
  };
}

function read(verb: string, data: unknown, id: string): ConversationCommand {
  const validate = validators.get(verb);
  if (validate === undefined) throw new Error('unknown command');
  return { verb, data: validate(data), id } as ConversationCommand;
}

function readBatch(value: unknown): [token: string, verb: string, data: unknown][] {
  if (!Array.isArray(value) || value.length === 0) throw new Error('not a batch of commands');
  return value.map((one: unknown) => {
    if (!Array.isArray(one) || typeof one[0] !== 'string' || typeof one[1] !== 'string') {
      throw new Error('not a batch of commands');
    }
    return [one[0], one[1], one[2]];
  });
}

const textOf = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();

/** Where the stream keeps the message: the same whenever it is delivered again. */
function placeInStream(message: Msg): string {
  const parts = (message.reply ?? '').split('.');
  const [streamSequence, , timestampNanos] = parts.slice(-4);
  return `${streamSequence}:${timestampNanos}`;
}
