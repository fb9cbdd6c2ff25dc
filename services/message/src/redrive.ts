import { createBus, createLogger, createPublisher } from '@storm/runtime';
import { openDeadLetters } from './domain/redrive-dead-letters.ts';
import { env } from './env.ts';

/** `node redrive.js` lists the dead letters, `node redrive.js 3 7` or `--all` sends them back. */
const log = createLogger('redrive', env.LOG_LEVEL, env.INSTANCE_ID);
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const bus = createBus(
  {
    url: env.NATS_URL,
    user: env.NATS_USER,
    password: env.NATS_PASSWORD,
    name: `redrive-${env.INSTANCE_ID}`,
    inboxPrefix: '_INBOX_message',
  },
  log,
);
const box = await openDeadLetters(await bus.first, createPublisher(bus));
const letters = await box.list(1_000);
const chosen = process.argv.includes('--all')
  ? letters.map((one) => one.sequence)
  : process.argv.slice(2).map(Number).filter(Number.isInteger);

if (chosen.length === 0) {
  for (const { sequence, parkedAt, stream, subject, reason } of letters) {
    print(`${sequence}  ${parkedAt.toISOString()}  ${stream}  ${subject}  ${reason}`);
  }
  print(
    letters.length === 0
      ? 'no dead letters'
      : `${letters.length} dead letters; send back: redrive <number …> | --all`,
  );
}
for (const sequence of chosen)
  print(`${sequence}  ${(await box.redrive(sequence)) ? 'sent back' : 'not there'}`);
await bus.drain();
