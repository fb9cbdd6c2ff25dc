import { type ConversationId, getMedia, type Media, type MediaId } from '@storm/contracts';
import { defineDoor, Problem, serveQuery } from '@storm/runtime';
import { createTestLogger } from '@storm/testing';
import { uuidv7 } from 'uuidv7';
import { answerCommands, type Submitted } from '../../test/answer-commands.ts';
import { type Platform, slugOf, startPlatform, type TestGateway } from '../../test/start-gateway.ts';
import type { SignedIn } from '../../test/start-user-service.ts';

let platform: Platform;
let gateway: TestGateway;
let ada: SignedIn;
let submitted: Submitted[];
const files = new Map<string, Media>();
const conversationId = uuidv7() as ConversationId;
const gone = new Problem('gone', { status: 404, title: 'Gone', retryable: false });
const reused = new Problem('key-reused', { status: 409, title: 'Reused', retryable: false });

beforeAll(async () => {
  platform = await startPlatform();
  gateway = await platform.startGateway({ ACCEPTED_AFTER_MS: '300' });
  ada = await platform.users.addUser('ada');
  submitted = answerCommands(platform.peers, ({ verb, data }) => {
    if (data.text === 'silence') return null;
    if (data.text === 'another') return reused;
    if (verb === 'mark-read') return { seq: data.seq, unread: 0 };
    return { message: { seq: 1, ...data }, duplicate: data.key === 'again' };
  });
  const find = defineDoor(getMedia, async ({ mediaId }) => {
    const media = files.get(mediaId);
    if (media === undefined) throw gone;
    return media;
  });
  serveQuery(platform.peers.connection, 'media', find, createTestLogger());
  await platform.peers.connection.flush();
});
afterAll(() => platform.stop());

const messages = `/api/v1/conversations/${conversationId}/messages`;
const send = (json: unknown) => gateway.call('POST', messages, { token: ada.token, json });
const addFile = (change: Partial<Media> = {}): MediaId => {
  const id = uuidv7() as MediaId;
  const known = {
    id,
    conversationId,
    ownerId: ada.userId,
    name: 'a.png',
    contentType: 'image/png',
    bytes: 7,
  };
  files.set(id, { ...known, status: 'ready', ...change } as Media);
  return id;
};

test('a stored message is 201 and looks as it was stored', async () => {
  const { status, body } = await send({ key: 'k1', text: 'hello' });
  expect([status, body]).toEqual([
    201,
    { seq: 1, conversationId, senderId: ada.userId, key: 'k1', text: 'hello', attachments: [] },
  ]);
});

test('a retry of what is stored is 200', async () => {
  expect((await send({ key: 'again', text: 'hello' })).status).toBe(200);
});

test('what the message service refuses is refused in its words', async () => {
  const answer = await send({ key: 'k1', text: 'another' });
  expect([answer.status, slugOf(answer)]).toEqual([409, 'key-reused']);
});

test('a message whose commit is not known in time is accepted under its key', async () => {
  const { status, body } = await send({ key: 'k2', text: 'silence' });
  expect([status, body]).toEqual([202, { status: 'accepted', key: 'k2' }]);
});

test('a message of nothing is refused before it goes anywhere', async () => {
  const before = submitted.length;
  expect((await send({ key: 'k3', text: '' })).status).toBe(400);
  expect((await send({ key: 'k3', text: 'x'.repeat(16_001) })).status).toBe(400);
  expect(submitted).toHaveLength(before);
});

test('the longest text of the widest characters fits', async () => {
  expect((await send({ key: 'wide', text: '👋'.repeat(16_000) })).status).toBe(201);
});

test('a file goes along as what is known of it', async () => {
  const mediaId = addFile();
  await send({ key: 'photo', text: '', mediaIds: [mediaId] });
  expect(submitted.at(-1)?.data.attachments).toEqual([
    { mediaId, name: 'a.png', contentType: 'image/png', bytes: 7 },
  ]);
});

test.each<[string, () => MediaId]>([
  ['that does not exist', () => uuidv7() as MediaId],
  ['of another sender', () => addFile({ ownerId: uuidv7() as Media['ownerId'] })],
  ['of another conversation', () => addFile({ conversationId: uuidv7() as ConversationId })],
  ['that could not be processed', () => addFile({ status: 'failed' })],
])('a file %s is refused', async (_, add) => {
  const answer = await send({ key: 'photo', text: 'look', mediaIds: [addFile(), add()] });
  expect([answer.status, slugOf(answer)]).toEqual([422, 'unknown-media']);
});

test('reading up to a message is answered with what is left', async () => {
  const path = `/api/v1/conversations/${conversationId}/read`;
  const { status, body } = await gateway.call('PUT', path, { token: ada.token, json: { seq: 4 } });
  expect([status, body]).toEqual([200, { seq: 4, unread: 0 }]);
});
