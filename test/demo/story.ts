import { isDeepStrictEqual } from 'node:util';
import type { ConversationId } from '@storm/contracts';
import { type Person, register } from './people.ts';
import { describePicture, takePhotograph } from './photograph.ts';
import type { Stage } from './stage.ts';

export interface Outcome {
  readonly messages: number;
  readonly close: () => Promise<void>;
}

const sinceMs = (startedAt: number): string => `${(performance.now() - startedAt).toFixed(1)} ms`;

/** Two people, one conversation, one photo, one lost connection. */
export async function play(stage: Stage, baseUrl: string): Promise<Outcome> {
  stage.scene('Two people register');
  const [ada, bob] = await Promise.all([register(baseUrl, 'Ada'), register(baseUrl, 'Bob')]);
  for (const { name, username } of [ada, bob]) stage.says(name, `is ${username}`);
  await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
  stage.tells('both have a socket open');

  const joined = bob.next('conversation-joined.v1');
  const body = { kind: 'direct', userId: (await bob.storm.api.getMe()).id } as const;
  const { id } = await ada.storm.api.createConversation({ body });
  stage.check((await joined).conversationId === id, 'Ada starts a conversation and Bob hears of it at once');

  await talk(stage, id, ada, bob);
  await sharePhoto(stage, id, ada, bob);
  await loseConnection(stage, id, ada, bob);
  await readEverywhere(stage, id, bob);
  const messages = await compare(stage, id, [ada, bob]);
  const close = async () => {
    await Promise.all([ada.storm.logout(), bob.storm.logout()]);
  };
  return { messages, close };
}

async function talk(stage: Stage, id: ConversationId, ada: Person, bob: Person): Promise<void> {
  stage.scene('They talk: Ada over the socket, Bob over HTTP');
  const lines: [Person, Person, string, 'socket' | 'http'][] = [
    [ada, bob, 'Are you up for the mountains on Saturday?', 'socket'],
    [bob, ada, 'Always. What time?', 'http'],
    [ada, bob, 'Six. I bring the coffee.', 'socket'],
    [bob, ada, 'Then I bring the rope.', 'http'],
  ];
  for (const [from, to, text, over] of lines) {
    const startedAt = performance.now();
    const arrives = to.next('message-stored.v1', (message) => message.text === text);
    const { seq } = await from.storm.send(id, { text }, { over });
    const stored = sinceMs(startedAt);
    await arrives;
    stage.says(
      from.name,
      text,
      `#${seq} over ${over}, stored in ${stored}, at ${to.name}'s in ${sinceMs(startedAt)}`,
    );
  }
  const draft = { text: 'Did that go through?', key: 'impatient' };
  const first = await ada.storm.send(id, draft);
  const again = await ada.storm.send(id, draft);
  stage.says('Ada', draft.text, `#${first.seq}, sent twice under one key`);
  stage.check(again.duplicate && again.id === first.id, 'the second try is recognised: stored once');
}

async function sharePhoto(stage: Stage, id: ConversationId, ada: Person, bob: Person): Promise<void> {
  stage.scene('Ada shares a photo');
  const photo = await takePhotograph();
  const before = await describePicture(photo);
  stage.tells(
    `a ${before.format} of ${before.size}, ${photo.length} bytes, with ${before.exifBytes} bytes of EXIF: place, maker, owner`,
  );
  const processed = bob.next('media-processed.v1');
  const source = { data: photo, name: 'dusk.jpg', contentType: 'image/jpeg' };
  let progress = 0;
  const uploaded = await ada.storm.upload(id, source, {
    onProgress: (sent, total) => {
      progress = sent / total;
    },
  });
  const arrives = bob.next('message-stored.v1', ({ attachments }) => attachments.length > 0);
  const media = await processed;
  await ada.storm.send(id, { text: 'From last time:', mediaIds: [uploaded.id] });
  const [attachment] = (await arrives).attachments;
  stage.says(
    'Ada',
    `From last time: [${attachment?.name}]`,
    `${media.width}x${media.height}, sha256 ${media.sha256?.slice(0, 12)}…`,
  );
  stage.check(progress === 1 && media.status === 'ready', 'uploaded, checked, hashed and drawn small');

  const [bytes, thumbnail] = await Promise.all([
    bob.storm.downloads.bytes(media.id),
    bob.storm.downloads.bytes(media.id, { variant: 'thumbnail' }),
  ]);
  const after = await describePicture(bytes);
  const small = await describePicture(thumbnail);
  stage.says(
    'Bob',
    `sees it: ${small.format} ${small.size} first (${thumbnail.length} bytes), then the photo (${bytes.length} bytes)`,
  );
  stage.check(
    after.exifBytes === 0 && after.size === before.size,
    'where it was taken is not in it any more',
  );
}

async function loseConnection(stage: Stage, id: ConversationId, ada: Person, bob: Person): Promise<void> {
  stage.scene('Bob loses his connection');
  const knew = bob.heard.length;
  bob.storm.realtime?.pause();
  stage.tells("Bob's socket is cut; he keeps his place in the stream of events");
  const texts = [
    'Weather says sun.',
    'Are you there?',
    'I take that as a yes.',
    'Bring gloves.',
    'And the blue rope.',
  ];
  for (const text of texts) {
    const { seq } = await ada.storm.send(id, { text });
    stage.says('Ada', text, `#${seq}`);
  }
  stage.check(bob.heard.length === knew, 'Bob heard none of it');
  const startedAt = performance.now();
  const caughtUp = bob.next('message-stored.v1', ({ text }) => text === texts.at(-1));
  bob.storm.realtime?.resume();
  await caughtUp;
  const missed = bob.heard.slice(knew).map(({ text }) => text);
  stage.says('Bob', 'is back', `caught up in ${sinceMs(startedAt)}`);
  stage.check(
    missed.join('\n') === texts.join('\n'),
    `all ${texts.length} messages came, each once, in their order`,
  );
}

async function readEverywhere(stage: Stage, id: ConversationId, bob: Person): Promise<void> {
  stage.scene('Bob reads on one device, his other one knows');
  const phone = await bob.onPhone();
  const { conversations } = await bob.storm.api.unreadCounts();
  stage.says('Bob', `has ${conversations[id] ?? 0} messages unread`);
  const marked = phone.next('read-marked.v1');
  await bob.storm.markRead(id, bob.heard.at(-1)?.seq ?? 0);
  const { seq, unread } = await marked;
  stage.check(unread === 0, `his phone shows everything read up to #${seq}`);
  await phone.storm.logout();
}

async function compare(stage: Stage, id: ConversationId, people: readonly Person[]): Promise<number> {
  stage.scene('What each of them heard, next to what is stored');
  let stored = 0;
  for (const { name, heard, storm } of people) {
    const { messages } = await storm.api.listMessages({
      params: { conversationId: id },
      query: { limit: 200 },
    });
    const isSame = isDeepStrictEqual(heard, messages);
    const isDense = messages.every(({ seq }, index) => seq === index + 1);
    stage.check(
      isSame && isDense,
      `${name}: ${heard.length} of ${messages.length}, the same, in order, without a gap`,
    );
    stored = messages.length;
  }
  return stored;
}
