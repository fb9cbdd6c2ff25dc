import { Injectable } from '@nestjs/common';
import type { User, UserId } from '@storm/contracts';
import { DataSource, In, QueryFailedError } from 'typeorm';
import type { OutboxEvent } from '../domain/outbox-event.ts';
import { problems } from '../problems.ts';
import { OutboxRow, toOutboxRow } from './outbox-row.ts';
import { PersonRow, toUser } from './person-row.ts';
import { insertSession } from './session-store.typeorm.ts';
import { type Credentials, type NewAccount, UserStore } from './user-store.ts';

@Injectable()
export class UserTypeormStore extends UserStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async createUser({ user, passwordHash, session }: NewAccount, event: OutboxEvent): Promise<void> {
    try {
      await this.dataSource.transaction(async (manager) => {
        await manager.insert(PersonRow, {
          id: user.id,
          username: user.username,
          displayName: user.displayName,
          passwordHash,
          createdAt: new Date(user.createdAt),
        });
        await insertSession(manager, session);
        await manager.insert(OutboxRow, toOutboxRow(event));
      });
    } catch (error) {
      if (isUsernameTaken(error)) throw problems['username-taken']({ cause: error });
      throw error;
    }
  }

  override hasUsername(username: string): Promise<boolean> {
    return this.dataSource.manager.existsBy(PersonRow, { username });
  }

  override async findCredentials(username: string): Promise<Credentials | null> {
    // Asked at every sign-in: as a plain statement, which costs a fraction of one that is built.
    const rows: (FoundRow & { password_hash: string })[] = await this.dataSource.query(
      `select p.id, p.username, p.display_name, p.created_at, p.password_hash
       from account.person p where p.username = $1`,
      [username],
    );
    const [row] = rows;
    return row === undefined ? null : { user: readUser(row), passwordHash: row.password_hash };
  }

  override async findUsers({
    username,
    ids,
  }: {
    username?: string;
    ids: readonly UserId[];
  }): Promise<User[]> {
    const rows = await this.dataSource.manager.find(PersonRow, {
      where: [
        ...(username === undefined ? [] : [{ username }]),
        ...(ids.length === 0 ? [] : [{ id: In(ids) }]),
      ],
      order: { id: 'asc' },
    });
    return rows.map(toUser);
  }

  override async searchUsers(text: string, limit: number): Promise<User[]> {
    const prefix = `${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
    const rows: FoundRow[] = await this.dataSource.query(
      `select p.id, p.username, p.display_name, p.created_at
       from account.person p
       where p.username like $2 or lower(p.display_name) like $2 or lower(p.display_name) like '% ' || $2
          or p.username operator(public.%) $1 or lower(p.display_name) operator(public.%) $1
       order by p.username = $1 desc, p.username like $2 desc, lower(p.display_name) like $2 desc,
                greatest(public.similarity(p.username, $1), public.similarity(lower(p.display_name), $1)) desc,
                p.username
       limit $3`,
      [text, prefix, limit],
    );
    return rows.map(readUser);
  }
}

type FoundRow = { id: UserId; username: string; display_name: string; created_at: Date };

const readUser = (row: FoundRow): User => ({
  id: row.id,
  username: row.username,
  displayName: row.display_name,
  createdAt: row.created_at.toISOString(),
});

const isUsernameTaken = (error: unknown): boolean =>
  error instanceof QueryFailedError &&
  'constraint' in error.driverError &&
  error.driverError.constraint === 'person_username_key';
