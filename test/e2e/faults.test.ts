import { outages } from './outages.ts';
import { resume } from './resume.ts';
import { startWorld, type World } from './world.ts';

/** Things break while people talk. */
let world: World;
beforeAll(async () => {
  // Postgres is killed here: what it has acknowledged must be on its disk.
  world = await startWorld({ durable: true, env: { gateway: { ACCEPTED_AFTER_MS: '1000' } } });
}, 120_000);
afterAll(async () => {
  await world?.stop();
}, 60_000);

resume(() => world);
outages(() => world);
