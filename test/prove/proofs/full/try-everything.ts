import { randomBytes } from 'node:crypto';
import { apiPrefix, type Message } from '@storm/contracts';
import { type Answer, type Call, call } from '../../cast/call.ts';
import type { Cast } from '../../cast/lanes.ts';
import { type Upload, upload } from '../../cast/upload.ts';

export interface Trial {
  readonly what: string;
  /** 0: no answer. */
  readonly status: number;
  readonly isHinted: boolean;
  readonly tookMs: number;
}

/** What was answered with a promise, and has to be there in the end. */
export interface Promised {
  /** Sends that were answered with 201 or 202, once and without a second try. */
  readonly sends: { conversationId: string; senderId: string; key: string }[];
  readonly uploads: Upload[];
  /** Tried so far. */
  edits: number;
}

const timeoutMs = 15_000;
const fileBytes = 100_000;
/** Well below what a message allows. */
const editsOfAMessage = 50;

/** Does once what people do, each by itself and without a second try, and keeps what was promised. */
export async function tryEverything(url: string, cast: Cast, promised: Promised): Promise<Trial[]> {
  const [lane] = cast.lanes;
  if (lane === undefined) throw new Error('a cast without lanes');
  const { person, conversationId } = lane;
  const conversation = `/conversations/${conversationId}`;
  const key = randomBytes(9).toString('hex');
  const ask = (path: string, request: Call = {}): Promise<Answer<unknown>> =>
    call(`${url}${apiPrefix}${path}`, { timeoutMs, ...request });
  const asPerson = (path: string, request: Call = {}): Promise<Answer<unknown>> =>
    ask(path, { token: person.token, ...request });
  const newcomer = { username: `n-${key}`, displayName: 'newcomer', password: key };
  const doings: Record<string, () => Promise<Answer<unknown>>> = {
    register: () => ask('/auth/register', { body: newcomer }),
    login: () => ask('/auth/login', { body: { username: person.username, password: person.password } }),
    send: () => asPerson(`${conversation}/messages`, { body: { key, text: 'once' } }),
    edit() {
      const seq = 1 + Math.floor(promised.edits++ / editsOfAMessage);
      return asPerson(`${conversation}/messages/${seq}`, {
        method: 'PUT',
        body: { key: `e${key}`, text: key },
      });
    },
    group: () => asPerson('/conversations', { body: { kind: 'group', key, name: 'more', memberIds: [] } }),
    history: () => asPerson(`${conversation}/messages`),
    conversations: () => asPerson('/conversations'),
    async upload() {
      const bytes = Buffer.from(randomBytes(fileBytes / 2).toString('hex'));
      const { answer, kept } = await upload(url, person, conversationId, bytes);
      if (kept !== null) promised.uploads.push(kept);
      return answer;
    },
    'look at a file': () => asPerson(`/media/${promised.uploads[0]?.mediaId ?? ''}`),
  };
  const tries = Object.entries(doings).map(async ([what, go]): Promise<Trial> => {
    const startedAt = performance.now();
    const answer = await go().catch(() => null);
    const tookMs = performance.now() - startedAt;
    if (what === 'send' && isPromise(answer))
      promised.sends.push({ conversationId, senderId: person.id, key });
    return {
      what,
      status: answer?.status ?? 0,
      isHinted: answer?.headers.has('retry-after') ?? false,
      tookMs,
    };
  });
  return Promise.all(tries);
}

const isPromise = (answer: Answer<unknown> | null): answer is Answer<Message> =>
  answer !== null && answer.status >= 200 && answer.status < 300;
