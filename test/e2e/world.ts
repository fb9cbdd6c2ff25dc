import { randomBytes } from 'node:crypto';
import { createStormClient, type StormClient } from '@storm/client';
import type { ConversationId, User } from '@storm/contracts';
import { type Platform, type PlatformOptions, startPlatform } from '@storm/devstack';

/** Somebody who is signed in on one device. */
export interface Person {
  readonly storm: StormClient;
  readonly user: User;
  readonly password: string;
  /** The client as it would be on another device of theirs, connected and following. */
  anotherDevice(gateway?: number): Promise<StormClient>;
}

export interface World {
  readonly platform: Platform;
  /** Of each gateway. */
  readonly urls: readonly string[];
  /** Registers somebody new. @param gateway which one they use; several take turns */
  person(name?: string, gateway?: number): Promise<Person>;
  /** A client that nobody is signed in on; ended with the world. */
  client(...gateways: number[]): StormClient;
  direct(one: Person, other: Person): Promise<ConversationId>;
  group(owner: Person, ...members: Person[]): Promise<ConversationId>;
  stop(): Promise<void>;
}

export const password = 'correct horse battery';

/** The whole platform on random ports: two gateways, two message services, real servers. */
export async function startWorld(options: Partial<PlatformOptions> = {}): Promise<World> {
  const platform = await startPlatform({
    ports: 'random',
    gateways: 2,
    messages: 2,
    durable: false,
    ...options,
    env: {
      ...options.env,
      // One machine plays a crowd.
      gateway: { LIMIT_SIGN_IN_ADDRESS_PER_MINUTE: '100000', LOG_LEVEL: 'warn', ...options.env?.gateway },
    },
  });
  const urls = platform.processes.filter(({ name }) => name.startsWith('gateway')).map(({ url }) => url);
  return createWorld(urls, platform);
}

/** A platform that runs already, of which only the door is known. */
export function joinWorld(url: string): World {
  const hidden = new Proxy({} as Platform, {
    get(_platform, part) {
      throw new Error(`${String(part)}: nothing of this platform is known but its door`);
    },
  });
  return createWorld([url, url], hidden, async () => undefined);
}

function createWorld(urls: readonly string[], platform: Platform, stop = () => platform.stop()): World {
  const clients: StormClient[] = [];
  let people = 0;

  const client = (...gateways: number[]): StormClient => {
    const wanted = gateways.length === 0 ? urls.keys() : gateways;
    const baseUrl = [...wanted].map((index) => urls[index % urls.length] ?? '');
    const storm = createStormClient({ baseUrl });
    clients.push(storm);
    return storm;
  };
  return {
    platform,
    urls,
    client,
    async person(name = 'somebody', gateway = people++) {
      const storm = client(gateway);
      const username = `${name}-${randomBytes(5).toString('hex')}`;
      const user = await storm.register({ username, displayName: name, password });
      const anotherDevice = async (other = gateway + 1): Promise<StormClient> => {
        const second = client(other);
        await second.login({ username, password });
        await second.connect().ready;
        return second;
      };
      return { storm, user, password, anotherDevice };
    },
    async direct(one, other) {
      const { storm } = one;
      return (await storm.api.createConversation({ body: { kind: 'direct', userId: other.user.id } })).id;
    },
    async group(owner, ...members) {
      const memberIds = members.map(({ user }) => user.id);
      const body = {
        kind: 'group',
        key: randomBytes(8).toString('hex'),
        name: 'A group',
        memberIds,
      } as const;
      return (await owner.storm.api.createConversation({ body })).id;
    },
    async stop() {
      await Promise.all(clients.map((storm) => storm.close()));
      await stop();
    },
  };
}
