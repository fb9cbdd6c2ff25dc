import { hash, type Options, verify } from '@node-rs/argon2';
import { WorkQueue } from './work-queue.ts';

/** Argon2id (the library's default) as OWASP asks for it. One hash takes 19 MiB. */
const cost: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hash of a password that nobody has, at the same cost: checked when there is no such user, so that both take as long. */
export const decoyHash =
  '$argon2id$v=19$m=19456,t=2,p=1$aHA3NktKZnlVbTlqVEx5Zw$G6LrlDu0MSsrYNeU2Jh+yKzpbvFrkTpvmsn1SPLdCgQ';

/** Hashes and checks passwords, two at a time: fifty at once would take a gigabyte. */
export class Passwords {
  readonly #queue: WorkQueue;

  constructor(queue = new WorkQueue({ concurrency: 2, maxWaiting: 64 })) {
    this.#queue = queue;
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  hash(password: string): Promise<string> {
    return this.#queue.run(() => hash(password, cost));
  }

  /** @param stored null when there is no such user: the work is done all the same. */
  async matches(password: string, stored: string | null): Promise<boolean> {
    const isRight = await this.#queue.run(() => verify(stored ?? decoyHash, password));
    return isRight && stored !== null;
  }
}
