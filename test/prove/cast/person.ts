import { randomBytes } from 'node:crypto';
import { apiPrefix, type Tokens } from '@storm/contracts';
import { call } from './call.ts';

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly password: string;
  /** The access token now; `keepSignedIn` renews it. */
  token: string;
  refreshToken: string;
  readonly sessionId: string;
}

export async function registerPerson(baseUrl: string): Promise<Person> {
  const username = `p-${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const { status, body } = await call<Tokens>(`${baseUrl}${apiPrefix}/auth/register`, {
    body: { username, displayName: username, password },
    timeoutMs: 20_000,
  });
  if (status !== 201) throw new Error(`register: ${status} ${JSON.stringify(body)}`);
  const { user, accessToken: token, refreshToken, sessionId } = body;
  return { id: user.id, username, password, token, refreshToken, sessionId };
}

/** Registers so many, two at a time: hashing passwords is what it costs. */
export async function registerPeople(baseUrl: string, count: number): Promise<Person[]> {
  const people: Person[] = [];
  while (people.length < count) {
    const pair = Array.from({ length: Math.min(2, count - people.length) }, () => registerPerson(baseUrl));
    people.push(...(await Promise.all(pair)));
  }
  return people;
}

const renewEveryMs = 5 * 60_000;

/** For runs that are longer than a token lives. What fails is tried again in the next round. @returns how to end it */
export function keepSignedIn(urls: readonly string[], people: readonly Person[]): () => void {
  const renew = async (person: Person): Promise<void> => {
    for (const url of urls) {
      const answer = await call<Tokens>(`${url}${apiPrefix}/auth/refresh`, {
        body: { refreshToken: person.refreshToken },
      }).catch(() => null);
      if (answer?.status !== 200) continue;
      person.token = answer.body.accessToken;
      person.refreshToken = answer.body.refreshToken;
      return;
    }
  };
  const timer = setInterval(() => void Promise.all(people.map(renew)), renewEveryMs);
  return () => clearInterval(timer);
}

export async function startGroup(
  baseUrl: string,
  owner: Person,
  members: readonly Person[],
): Promise<string> {
  const body = {
    kind: 'group',
    key: randomBytes(8).toString('hex'),
    name: 'proof',
    memberIds: members.map(({ id }) => id),
  };
  const answer = await call<{ id: string }>(`${baseUrl}${apiPrefix}/conversations`, {
    body,
    token: owner.token,
  });
  if (answer.status !== 201) throw new Error(`group: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}
