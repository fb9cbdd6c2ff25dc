import {
  type CommandContract,
  type ConversationId,
  type changeCommands,
  commandSubject,
  createConversation,
  type Message,
  markRead,
  removeMember,
  replyHeader,
  sendMessage,
  sentMessage,
  setRole,
  type UserId,
} from '@storm/contracts';
import { type Bus, encodeHeaders, Problem, type ProblemBody } from '@storm/runtime';
import { createInbox } from 'nats';
import type { Static } from 'typebox';
import { uuidv7 } from 'uuidv7';

type Wish<C extends CommandContract> = Omit<Static<C['data']>, 'conversationId' | 'actorId' | 'key'> & {
  key?: string;
};

/** The other side of the service in its tests: what a gateway does, by hand. */
type SendAnswer = Static<typeof sendMessage.answer>;

export async function createCommander(bus: Bus) {
  const connection = await bus.first;
  const ask = async <C extends CommandContract>(
    contract: C,
    conversationId: ConversationId,
    data: Static<C['data']>,
    timeoutMs = 5_000,
  ): Promise<unknown> => {
    const inbox = createInbox(bus.inboxPrefix);
    const answers = connection.subscribe(inbox, { max: 1, timeout: timeoutMs });
    connection.publish(commandSubject(contract, conversationId), JSON.stringify(data), {
      headers: encodeHeaders({ [replyHeader]: inbox }),
    });
    for await (const answer of answers) {
      if (answer.headers?.has('Storm-Problem')) throw Problem.fromBody(answer.json<ProblemBody>());
      return answer.json();
    }
    throw new Error('no answer');
  };
  /** One change under a key of its own, or under the one that is given. */
  const change = async <C extends (typeof changeCommands)[number]>(
    contract: C,
    conversationId: ConversationId,
    actorId: UserId,
    wish: Wish<C>,
  ): Promise<Static<C['answer']>> => {
    const data = { key: uuidv7(), ...wish, conversationId, actorId } as unknown as Static<C['data']>;
    return (await ask(contract, conversationId, data)) as Static<C['answer']>;
  };
  const newUser = (): UserId => uuidv7() as UserId;
  return {
    newUser,
    async createDirect() {
      const [alice, bob] = [newUser(), newUser()];
      const conversationId = uuidv7() as ConversationId;
      await ask(createConversation, conversationId, {
        conversationId,
        kind: 'direct',
        name: null,
        creatorId: alice,
        memberIds: [alice, bob],
      });
      return { conversationId, alice, bob };
    },
    /** A group: its owner, an admin, a member, somebody who has left and somebody who was never in it. */
    async createGroup(owner = newUser(), ...more: UserId[]) {
      const [admin, member, left, outsider] = [newUser(), newUser(), newUser(), newUser()];
      const conversationId = uuidv7() as ConversationId;
      await ask(createConversation, conversationId, {
        conversationId,
        kind: 'group',
        name: 'Climbers',
        creatorId: owner,
        memberIds: [owner, admin, member, left, ...more],
      });
      await change(setRole, conversationId, owner, { userId: admin, role: 'admin' });
      await change(removeMember, conversationId, left, { userId: left });
      return { conversationId, owner, admin, member, left, outsider };
    },
    change,
    send: async (
      conversationId: ConversationId,
      senderId: UserId,
      key: string,
      text: string,
      timeoutMs?: number,
    ): Promise<{ message: Message; duplicate: boolean }> => {
      const command = { conversationId, senderId, key, text, attachments: [] };
      const answer = (await ask(sendMessage, conversationId, command, timeoutMs)) as SendAnswer;
      return { message: sentMessage(command, answer), duplicate: answer.duplicate };
    },
    read: (conversationId: ConversationId, userId: UserId, seq: number) =>
      ask(markRead, conversationId, { conversationId, userId, seq }),
    ask,
    async publishRaw(subject: string, data: string) {
      connection.publish(subject, data);
      await connection.flush();
    },
    async nextEvent(subject: string): Promise<{ data: unknown; headers: Record<string, string> }> {
      const messages = connection.subscribe(subject, { max: 1, timeout: 5_000 });
      for await (const message of messages) {
        const headers = Object.fromEntries(
          [...(message.headers ?? [])].map(([name, [value = '']]) => [name, value]),
        );
        return { data: message.json(), headers };
      }
      throw new Error(`nothing heard on ${subject}`);
    },
  };
}

export type Commander = Awaited<ReturnType<typeof createCommander>>;
