import type pg from 'pg';
import type { ReplicaMark, ReplicaMarks } from './replica-marks.ts';

type Row = [string, string, string, number, string, string, boolean];

export function createReplicaMarks(pool: pg.Pool): ReplicaMarks {
  return {
    async list() {
      const { rows } = await pool.query<Row>({
        text: `select replica, server_id, incarnation, generation, sequence, event_id, has_ended
               from message.replica_mark`,
        rowMode: 'array',
      } as pg.QueryConfig);
      return rows.map(
        ([replica, serverId, incarnation, generation, sequence, eventId, hasEnded]): ReplicaMark => ({
          ...{ replica, serverId, incarnation, generation, eventId, hasEnded },
          sequence: Number(sequence),
        }),
      );
    },
    async put({ replica, serverId, incarnation, generation, sequence, eventId, hasEnded }) {
      await pool.query(
        `insert into message.replica_mark
           (replica, server_id, incarnation, generation, sequence, event_id, has_ended)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (replica) do update set server_id = $2, incarnation = $3, generation = $4, sequence = $5,
           event_id = $6, has_ended = $7`,
        [replica, serverId, incarnation, generation, sequence, eventId, hasEnded],
      );
    },
    async forget(replicas) {
      await pool.query('delete from message.replica_mark where replica = any ($1)', [replicas]);
    },
  };
}
