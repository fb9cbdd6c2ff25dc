import pg from 'pg';

const clients = 20;

/** L11: rows inserted one a transaction, by as many connections as row 1 has senders. @returns commits a second */
export async function measureCommits(url: string, forMs: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: clients });
  const until = performance.now() + forMs;
  let commits = 0;
  const commit = async (): Promise<void> => {
    for (; performance.now() < until; commits++) {
      await pool.query({
        name: 'single-row',
        text: 'insert into bare (key, body) values ($1, $2)',
        values: [`single-${commits}`, 'x'.repeat(100)],
      });
    }
  };
  await Promise.all(Array.from({ length: clients }, commit));
  await pool.end();
  return commits / (forMs / 1_000);
}
