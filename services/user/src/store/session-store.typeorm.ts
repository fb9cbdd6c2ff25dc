import { Injectable } from '@nestjs/common';
import type { SessionId, SignedInDevice, User, UserId } from '@storm/contracts';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import type { OutboxEvent } from '../domain/outbox-event.ts';
import { type NewSession, refreshLifetimeDays, type Session, type SessionChange } from '../domain/session.ts';
import { OutboxRow, toOutboxRow } from './outbox-row.ts';
import { toUser } from './person-row.ts';
import { SessionRow, toSession } from './session-row.ts';
import { type SessionDecision, SessionStore } from './session-store.ts';

const now = () => 'clock_timestamp()';
const refreshExpiry = () => `clock_timestamp() + interval '${refreshLifetimeDays} days'`;

@Injectable()
export class SessionTypeormStore extends SessionStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async createSession({ id, userId, familyKey, refreshHash, device }: NewSession): Promise<void> {
    // One statement: a sign-in costs one commit and no transaction around it. A week is kept to look into what happened.
    await this.dataSource.query(
      `with forgotten as (
         delete from account.session where person_id = $2
           and (expires_at < clock_timestamp() or revoked_at < clock_timestamp() - interval '7 days')
       )
       insert into account.session (id, person_id, family_key, refresh_hash, browser, system, expires_at)
       values ($1, $2, $3, $4, $5, $6, ${refreshExpiry()})`,
      [id, userId, familyKey, refreshHash, device.browser, device.system],
    );
  }

  override async findUserOfSession(sessionId: SessionId): Promise<User | null> {
    // `findOne` would ask twice: first for the ids, because of the join.
    const row = await this.dataSource.manager
      .createQueryBuilder(SessionRow, 'session')
      .innerJoinAndSelect('session.person', 'person')
      .where({ id: sessionId, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) })
      .getOne();
    return row === null ? null : toUser(row.person);
  }

  override changeSession<T>(
    sessionId: SessionId,
    decide: (session: Session | null, arrivedAt: Date) => SessionDecision<T>,
  ): Promise<T> {
    const calledAt = performance.now();
    return this.dataSource.transaction(async (manager) => {
      const waitedMs = performance.now() - calledAt;
      const { session, startedAt } = await lockSession(manager, sessionId);
      const { result, change, event } = decide(session, new Date(startedAt.getTime() - waitedMs));
      if (change !== undefined) await manager.update(SessionRow, { id: sessionId }, toUpdate(change));
      if (event !== undefined) await manager.insert(OutboxRow, toOutboxRow(event));
      return result;
    });
  }

  override async listSessions(userId: UserId): Promise<Omit<SignedInDevice, 'isCurrent'>[]> {
    const rows = await this.dataSource.manager.find(SessionRow, {
      where: { personId: userId, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) },
      order: { createdAt: 'desc', id: 'desc' },
      take: 200,
    });
    return rows.map((row) => ({
      id: row.id as SessionId,
      createdAt: row.createdAt.toISOString(),
      lastUsedAt: row.rotatedAt.toISOString(),
      browser: row.browser,
      system: row.system,
    }));
  }

  override endSessions(
    userId: UserId,
    { only, except }: { only?: SessionId; except?: SessionId },
    eventOf: (sessionId: SessionId) => OutboxEvent,
  ): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      // In the order of their ids: two who sign out everywhere at once wait for one another.
      const [ended]: [{ id: SessionId }[], number] = await manager.query(
        `update account.session s
         set revoked_at = clock_timestamp(), revoked_reason = 'logout', successor_salt = null
         from (select id from account.session
               where person_id = $1 and revoked_at is null
                 and ($2::uuid is null or id = $2) and ($3::uuid is null or id <> $3)
               order by id for update) open
         where s.id = open.id returning s.id`,
        [userId, only ?? null, except ?? null],
      );
      if (ended.length > 0) {
        await manager.insert(
          OutboxRow,
          ended.map(({ id }) => toOutboxRow(eventOf(id))),
        );
      }
      return ended.length;
    });
  }
}

/** The row as it is once the lock is held; `now()` is when the transaction began, before it waited for the lock. */
async function lockSession(
  manager: EntityManager,
  sessionId: SessionId,
): Promise<{ session: Session | null; startedAt: Date }> {
  const { entities, raw } = await manager
    .createQueryBuilder(SessionRow, 'session')
    .innerJoinAndSelect('session.person', 'person')
    .addSelect('now()', 'started_at')
    .where({ id: sessionId })
    .setLock('pessimistic_write', undefined, ['session'])
    .getRawAndEntities<{ started_at: Date }>();
  const [row] = entities;
  return {
    session: row === undefined ? null : toSession(row),
    startedAt: raw[0]?.started_at ?? new Date(),
  };
}

const toUpdate = (change: SessionChange) =>
  change.kind === 'revoke'
    ? { revokedAt: now, revokedReason: change.reason, successorSalt: null }
    : {
        previousHash: () => 'refresh_hash',
        refreshHash: change.refreshHash,
        successorSalt: change.successorSalt,
        rotatedAt: now,
        expiresAt: refreshExpiry,
      };

export async function insertSession(manager: EntityManager, session: NewSession): Promise<void> {
  await manager.insert(SessionRow, {
    id: session.id,
    personId: session.userId,
    familyKey: session.familyKey,
    refreshHash: session.refreshHash,
    ...session.device,
    expiresAt: refreshExpiry,
  });
}
