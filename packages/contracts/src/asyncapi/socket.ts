import Type, { type TSchema } from 'typebox';
import { eventContracts } from '../events.ts';
import { clientFrameExamples, serverFrameExamples } from '../examples/index.ts';
import * as frames from '../socket.ts';
import { plain } from './json.ts';
import { describeChannel, describeMessage, describeOperation, messagesOf, type Part } from './part.ts';

const channel = 'socket';
const frame = (type: string): string => `frame.${type}`;

/** An event frame, told apart by the event's type. */
const eventFrame = Type.Union(
  eventContracts.map(({ type, data }) =>
    Type.Object(
      { ...frames.Event.properties, event: Type.Literal(type), data },
      { additionalProperties: false },
    ),
  ),
);

const fromClient: Readonly<Record<keyof typeof clientFrameExamples, TSchema>> = {
  hello: frames.Hello,
  renew: frames.Renew,
  send: frames.Send,
  read: frames.Read,
  delivered: frames.Delivered,
  typing: frames.Types,
  watch: frames.Watch,
  ping: frames.Ping,
};
const fromServer: Readonly<Record<keyof typeof serverFrameExamples, TSchema>> = {
  ready: frames.Ready,
  resync: frames.Resync,
  event: eventFrame,
  sent: frames.Sent,
  done: frames.Done,
  heartbeat: frames.Heartbeat,
  pong: frames.Pong,
  typing: frames.TypingFrame,
  presence: frames.PresenceFrame,
  error: frames.ErrorFrame,
};

type ClientType = keyof typeof fromClient;
type ServerType = keyof typeof fromServer;
const titles: Readonly<Record<ClientType | ServerType, string>> = {
  hello: 'The first frame: who it is and where to go on from',
  renew: 'A fresh access token for a socket that stays',
  send: 'Send a message under a key of its own',
  read: 'Read up to a sequence',
  typing: 'Somebody types in a conversation',
  watch: 'Whose presence this client shows',
  presence: 'Whether somebody is there, or when they last were',
  delivered: 'This device has got the messages up to a sequence',
  ping: 'Are you there',
  ready: 'The socket is live',
  resync: 'Events after the cursor cannot be given: fetch the state over REST',
  event: 'Something has happened',
  sent: 'The message is stored, or accepted so far',
  done: 'The frame with this ref is done',
  heartbeat: 'The gateway is there, and has told everything up to this cursor',
  pong: 'The answer to a ping',
  error: 'A refusal; docs/problems.md lists them',
};
const answers: Readonly<Record<ClientType, readonly ServerType[]>> = {
  hello: ['ready', 'error'],
  renew: ['error'],
  send: ['sent', 'error'],
  read: ['done', 'error'],
  delivered: ['error'],
  typing: ['error'],
  watch: ['presence', 'error'],
  ping: ['pong'],
};

/** The socket of the gateway, seen from the gateway. */
export function describeSocket(): Part {
  const clientTypes = Object.keys(fromClient) as ClientType[];
  const serverTypes = Object.keys(fromServer) as ServerType[];
  const onItsOwn: ServerType[] = ['resync', 'event', 'heartbeat', 'typing', 'presence', 'error'];
  const examples = { ...clientFrameExamples, ...serverFrameExamples };
  const messages = Object.entries({ ...fromClient, ...fromServer }).map(([type, payload]) => {
    const known = type as ClientType | ServerType;
    return [
      frame(type),
      describeMessage(frame(type), { title: titles[known], payload, example: examples[known] }),
    ];
  });
  const receive = clientTypes.map((type) => [
    `gateway.take.${type}`,
    describeOperation({
      action: 'receive',
      by: 'gateway',
      channel,
      summary: titles[type],
      messages: [frame(type)],
      reply: {
        channel: { $ref: `#/channels/${channel}` },
        messages: messagesOf(channel, answers[type].map(frame)),
      },
    }),
  ]);
  return {
    messages: Object.fromEntries(messages),
    channels: {
      [channel]: describeChannel({
        address: '/ws',
        title: 'The live connection of a client',
        description:
          'JSON objects in text frames. The first one is `hello`, with the access token: a token never stands in a URL. `x-close-codes` says why the gateway ends a socket; after a resumable one, connect again (any gateway) with the last cursor. An address whose sockets end again and again without an accepted hello gets 429 with `Retry-After` for its handshake.',
        server: 'gateway',
        messages: [...clientTypes, ...serverTypes].map(frame),
        more: { bindings: { ws: { method: 'GET' } }, 'x-close-codes': plain(frames.closeCodes) },
      }),
    },
    operations: {
      ...Object.fromEntries(receive),
      'gateway.tell': describeOperation({
        action: 'send',
        by: 'gateway',
        channel,
        summary: 'What the gateway says unasked',
        messages: onItsOwn.map(frame),
      }),
    },
  };
}
