import type { User, UserId } from '@storm/contracts';
import type { OutboxEvent } from '../domain/outbox-event.ts';
import type { NewSession } from '../domain/session.ts';

export interface Credentials {
  readonly user: User;
  readonly passwordHash: string;
}

export interface NewAccount extends Credentials {
  readonly session: NewSession;
}

export abstract class UserStore {
  /** Stores the account, its first session and the event together. @throws Problem `username-taken` */
  abstract createUser(account: NewAccount, event: OutboxEvent): Promise<void>;
  abstract hasUsername(username: string): Promise<boolean>;
  abstract findCredentials(username: string): Promise<Credentials | null>;
  /** Those with the name or one of the ids, by age. */
  abstract findUsers(by: { username?: string; ids: readonly UserId[] }): Promise<User[]>;
  /** By prefix, then by likeness, of name and display name. @param text in lower case */
  abstract searchUsers(text: string, limit: number): Promise<User[]>;
}
