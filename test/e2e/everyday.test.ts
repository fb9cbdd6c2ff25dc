import { accounts } from './accounts.ts';
import { changes } from './changes.ts';
import { conversations } from './conversations.ts';
import { files } from './files.ts';
import { moments } from './moments.ts';
import { monitored } from './monitored.ts';
import { reading } from './reading.ts';
import { references } from './references.ts';
import { sending } from './sending.ts';
import { walks } from './walks.ts';
import { startWorld, type World } from './world.ts';

/** What people do on an ordinary day; one platform for all of it. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(async () => {
  await world?.stop();
}, 60_000);

accounts(() => world);
conversations(() => world);
sending(() => world);
reading(() => world);
files(() => world);
monitored(() => world);
changes(() => world);
references(() => world);
moments(() => world);
walks(() => world);
