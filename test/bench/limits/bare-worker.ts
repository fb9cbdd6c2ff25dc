import { type JsMsg, jetstream } from '@nats-io/jetstream';
import { connect } from 'nats';
import pg from 'pg';

/** The consuming half of the bare pipeline, a process of its own as the message service is. */
const [natsUrl = '', postgresUrl = ''] = process.argv.slice(2);
const database = new pg.Client({ connectionString: postgresUrl });
await database.connect();
const connection = await connect({ servers: natsUrl });
const consumer = await jetstream(connection).consumers.get('BARE', 'bare');
let queue: JsMsg[] = [];
let busy = false;

async function drain(): Promise<void> {
  while (queue.length > 0) {
    const batch = queue.splice(0, 500);
    const rows = batch.map((message) => message.json<{ k: string; b: string; r: string }>());
    await database.query({
      name: 'insert',
      text: 'insert into bare (key, body) select * from unnest($1::text[], $2::text[])',
      values: [rows.map((row) => row.k), rows.map((row) => row.b)],
    });
    for (const [index, row] of rows.entries()) {
      connection.publish(row.r, row.k);
      batch[index]?.ack();
    }
  }
  busy = false;
}

await consumer.consume({
  max_messages: 2_000,
  callback: (message) => {
    queue.push(message);
    if (busy) return;
    busy = true;
    setImmediate(() => void drain());
  },
});
process.send?.('ready');
process.once('SIGTERM', () => {
  queue = [];
  void connection.close().then(() => process.exit(0));
});
