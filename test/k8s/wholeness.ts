import { randomBytes } from 'node:crypto';
import { createStormClient, type StormClient } from '@storm/client';
import type { ConversationId, MediaId } from '@storm/contracts';

export interface Wholeness {
  /** Asking for oneself, sending, hearing, and reading a file all work. */
  isWhole(): Promise<boolean>;
  /** What was not so when it was asked last. */
  readonly lastFault: string;
  /** What was there at first still is, the account included. */
  hasKept(): Promise<boolean>;
  close(): Promise<void>;
}

const answerWithinMs = 5_000;

/** Leaves an account, a message and a file on the platform, by which it is judged later. */
export async function createWholeness(baseUrl: string): Promise<Wholeness> {
  const username = `whole-${randomBytes(5).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const bytes = randomBytes(200_000);
  const text = `kept-${randomBytes(5).toString('hex')}`;

  const first = createStormClient({ baseUrl });
  await first.register({ username, displayName: username, password });
  const key = randomBytes(8).toString('hex');
  const { id: conversationId } = await first.api.createConversation({
    body: { kind: 'group', key, name: 'whole', memberIds: [] },
  });
  const mediaId = await leaveFile(first, conversationId, bytes);
  await first.send(conversationId, { text });
  await first.logout();

  const storm = createStormClient({ baseUrl });
  await storm.login({ username, password });
  await storm.connect().ready;
  const isFileKept = async (): Promise<boolean> =>
    Buffer.compare(Buffer.from(await storm.downloads.bytes(mediaId)), bytes) === 0;
  let lastFault = 'nothing was asked yet';
  const holds = async (what: string, ask: () => Promise<boolean>): Promise<boolean> => {
    lastFault = `${what}: no answer within ${answerWithinMs} ms`;
    try {
      const isSo = await ask();
      if (!isSo) lastFault = `${what}: not so`;
      return isSo;
    } catch (error) {
      lastFault = `${what}: ${error instanceof Error ? `${error.message} ${error.cause ?? ''}` : error}`;
      return false;
    }
  };
  const isHealthy = async (): Promise<boolean> => {
    const health = await fetch(`${baseUrl}/health`);
    return ((await health.json()) as { status: string }).status === 'ok';
  };
  const hearsItself = (): Promise<boolean> => {
    const probe = randomBytes(8).toString('hex');
    return new Promise((resolve, reject) => {
      const off = storm.on('message-stored.v1', (message) => {
        if (message.text !== probe) return;
        off();
        resolve(true);
      });
      storm.send(conversationId, { text: probe }).catch(reject);
    });
  };
  return {
    isWhole: () =>
      within(
        answerWithinMs,
        async () =>
          (await holds('GET /health says ok', isHealthy)) &&
          (await holds('one is oneself', async () => (await storm.api.getMe()).username === username)) &&
          (await holds('a message is sent and heard', hearsItself)) &&
          (await holds('the file is read', isFileKept)),
      ),
    get lastFault() {
      return lastFault;
    },
    async hasKept() {
      const again = createStormClient({ baseUrl });
      await again.login({ username, password });
      await again.close();
      const params = { conversationId };
      const { messages } = await storm.api.listMessages({ params, query: { after: 0, limit: 10 } });
      return messages.some((message) => message.text === text) && isFileKept();
    },
    close: () => storm.close(),
  };
}

async function leaveFile(storm: StormClient, conversationId: ConversationId, data: Buffer): Promise<MediaId> {
  await storm.connect().ready;
  const processed = new Promise<void>((resolve) => {
    storm.on('media-processed.v1', () => resolve());
  });
  const source = { data, name: 'kept.bin', contentType: 'application/octet-stream' };
  const { id } = await storm.upload(conversationId, source);
  await processed;
  return id;
}

async function within(ms: number, ask: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}
