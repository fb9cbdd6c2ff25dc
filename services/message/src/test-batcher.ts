import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  againHeader,
  type ConversationId,
  commandBatchSubject,
  commandStream,
  eventStream,
  type Message,
  replyHeader,
  replyInbox,
  type sendMessage,
  splitLines,
  type UserId,
} from '@storm/contracts';
import { encodeHeaders } from '@storm/runtime';
import { createInbox } from 'nats';
import type { Static } from 'typebox';
import type { TestMessageService } from './test-message-service.ts';

type Reply = [token: string, isProblem: 0 | 1, answer: Static<typeof sendMessage.answer>];

export const sendOf = (token: string, conversationId: ConversationId, senderId: UserId, text = token) => [
  token,
  'send-message',
  { conversationId, senderId, key: token, text, attachments: [] },
];

/** A gateway that sends batches, and what the streams hold of them. */
export async function createBatcher({ testBus }: TestMessageService) {
  const gateway = await testBus.connect('gateway');
  const connection = await gateway.first;
  const manager: JetStreamManager = await jetstreamManager(connection);
  const leftInStream = async (): Promise<number> =>
    (await manager.streams.info(commandStream.name)).state.messages;
  return {
    connection,
    manager,
    /** Publishes commands as one message and gathers an answer to each. */
    async submit(partition: number, commands: readonly unknown[]): Promise<Reply[]> {
      const inbox = createInbox(gateway.inboxPrefix);
      const answers = connection.subscribe(replyInbox(inbox, '*'), { timeout: 10_000 });
      connection.publish(commandBatchSubject(partition), JSON.stringify(commands), {
        headers: encodeHeaders({ [replyHeader]: replyInbox(inbox, '-') }),
      });
      const replies: Reply[] = [];
      for await (const answer of answers) {
        replies.push(...answer.json<Reply[]>());
        if (replies.length >= commands.length) break;
      }
      return replies.sort(([one], [other]) => one.localeCompare(other));
    },
    /** Resolves when all that was published is acknowledged. */
    async untilDone(): Promise<void> {
      const until = Date.now() + 10_000;
      while ((await leftInStream()) > 0) {
        if (Date.now() > until) throw new Error('commands were never acknowledged');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    /** Messages that the service was given and has not acknowledged. */
    async countTaken(): Promise<number> {
      const consumers = await manager.consumers.list(commandStream.name).next();
      return consumers.reduce((sum, one) => sum + one.num_ack_pending, 0);
    },
    /** What the event stream holds under a subject. */
    async readEvents(subject: string) {
      const consumer = await jetstream(connection).consumers.get(eventStream.name, {
        filter_subjects: subject,
      });
      const { num_pending: count } = await consumer.info();
      const events = [];
      if (count > 0)
        for await (const event of await consumer.fetch({ max_messages: count, expires: 5_000 })) {
          const documents = splitLines(event.data).map(
            (line) => JSON.parse(Buffer.from(line).toString()) as Message,
          );
          const { headers } = event;
          const isAgain = headers?.has(againHeader) ?? false;
          events.push({ id: headers?.get('ce-id'), documents, isAgain, bytes: event.data.length });
          if (events.length === count) break;
        }
      return events;
    },
  };
}

export type Batcher = Awaited<ReturnType<typeof createBatcher>>;

/** What it gives once it gives the same twice, longer apart than a pull request lasts. */
export async function untilSteady(read: () => Promise<number>): Promise<number> {
  for (let before = -1, now = await read(); ; before = now, now = await read()) {
    if (now > 0 && now === before) return now;
    await new Promise((resolve) => setTimeout(resolve, 800));
  }
}
