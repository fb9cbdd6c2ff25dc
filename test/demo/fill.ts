import { createStormClient, type StormClient, StormProblem } from '@storm/client';
import type { ConversationId, MediaId, User } from '@storm/contracts';
import { conversations, everybody, password, type Said } from './fill-story.ts';
import { takePicture } from './take-picture.ts';

interface Somebody {
  readonly storm: StormClient;
  readonly user: User;
}

/** Fills a platform with people and conversations. Every message has its key, so a second time changes nothing. */
async function fill(baseUrl: string): Promise<string> {
  const people = new Map<string, Somebody>();
  for (const { username, displayName } of everybody)
    people.set(username, await enter(createStormClient({ baseUrl }), username, displayName));
  const get = (username: string): Somebody => {
    const found = people.get(username);
    if (found === undefined) throw new Error(`nobody is called ${username}`);
    return found;
  };
  let messages = 0;
  for (const { owner, members, name, said, unreadFor = [] } of conversations) {
    const { storm, user } = get(owner);
    const others = members.map((one) => get(one).user.id);
    const [other] = others;
    const { id } = await storm.api.createConversation({
      body:
        name === null && other !== undefined
          ? { kind: 'direct', userId: other }
          : {
              kind: 'group',
              key: `demo ${name}`.replaceAll(' ', '-'),
              name: name ?? user.displayName,
              memberIds: others,
            },
    });
    const seqs: number[] = [];
    for (const [index, line] of said.entries()) {
      const key = `demo-${index}`;
      const replyTo = line.answers === undefined ? undefined : seqs[line.answers];
      const seq = await say(get(line.by).storm, id, key, line, replyTo);
      seqs.push(seq);
      messages++;
      for (const { by, emoji } of line.reactions ?? [])
        await get(by).storm.api.reactToMessage({
          params: { conversationId: id, seq: String(seq) },
          body: { key: `${key}-${by}`, emoji, on: true },
        });
    }
    const lastSeq = seqs.at(-1) ?? 0;
    for (const reader of [owner, ...members].filter((one) => !unreadFor.includes(one)))
      await get(reader).storm.markRead(id, lastSeq);
  }
  for (const { storm } of people.values()) await storm.logout();
  return `${everybody.length} people, ${conversations.length} conversations, ${messages} messages`;
}

async function enter(storm: StormClient, username: string, displayName: string): Promise<Somebody> {
  try {
    return { storm, user: await storm.register({ username, displayName, password }) };
  } catch (error) {
    if (!(error instanceof StormProblem) || error.code !== 'username-taken') throw error;
    return { storm, user: await storm.login({ username, password }) };
  }
}

async function say(
  storm: StormClient,
  id: ConversationId,
  key: string,
  line: Said,
  replyTo: number | undefined,
): Promise<number> {
  const draft = { key, text: line.text, ...(replyTo !== undefined && { replyTo }) };
  if (line.picture === undefined) return (await storm.send(id, draft)).seq;
  const stored = await findByKey(storm, id, key);
  if (stored !== undefined) return stored;
  const data = await takePicture(line.picture);
  const { id: mediaId } = await storm.upload(id, {
    data,
    name: `${line.picture}.jpg`,
    contentType: 'image/jpeg',
  });
  return (await storm.send(id, { ...draft, mediaIds: [mediaId as MediaId] })).seq;
}

/** A message with a picture cannot be sent twice under its key: the second upload would be another picture. */
async function findByKey(storm: StormClient, conversationId: ConversationId, key: string) {
  const { messages } = await storm.api.listMessages({ params: { conversationId }, query: { limit: 200 } });
  return messages.find((one) => one.key === key)?.seq;
}

const baseUrl = process.env.STORM_URL ?? 'http://localhost:30080';
console.log(`  demo           ${await fill(baseUrl)}`);
const [first, second] = everybody;
for (const one of [first, second]) console.log(`  demo login     ${one?.username.padEnd(8)} ${password}`);
