import { randomBytes } from 'node:crypto';
import { createStormClient, type EventDataOf, type EventType, type StormClient } from '@storm/client';
import type { Message } from '@storm/contracts';

export interface Person {
  readonly name: string;
  readonly storm: StormClient;
  readonly username: string;
  /** Every message that this device heard, as it came. */
  readonly heard: Message[];
  /** Resolves with the first event that fits, from now on. */
  next<T extends EventType>(type: T, fits?: (data: EventDataOf<T>) => boolean): Promise<EventDataOf<T>>;
  /** The same person on one more device. */
  onPhone(): Promise<Person>;
}

const password = randomBytes(12).toString('base64url');

/** Registers somebody new under a name that nobody has. */
export async function register(baseUrl: string, name: string): Promise<Person> {
  const username = `${name.toLowerCase()}-${randomBytes(4).toString('hex')}`;
  const storm = createStormClient({ baseUrl });
  await storm.register({ username, displayName: name, password });
  return follow(baseUrl, name, username, storm);
}

function follow(baseUrl: string, name: string, username: string, storm: StormClient): Person {
  const heard: Message[] = [];
  storm.on('message-stored.v1', (message) => heard.push(message));
  return {
    name,
    storm,
    username,
    heard,
    next: (type, fits = () => true) =>
      new Promise((resolve) => {
        const off = storm.on(type, (data) => {
          if (!fits(data)) return;
          off();
          resolve(data);
        });
      }),
    async onPhone() {
      const phone = createStormClient({ baseUrl });
      await phone.login({ username, password });
      await phone.connect().ready;
      return follow(baseUrl, `${name}'s phone`, username, phone);
    },
  };
}
