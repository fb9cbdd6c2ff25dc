import { accounts } from '../e2e/accounts.ts';
import { conversations } from '../e2e/conversations.ts';
import { files } from '../e2e/files.ts';
import { hostileHttp } from '../e2e/hostile-http.ts';
import { hostileSockets } from '../e2e/hostile-sockets.ts';
import { reading } from '../e2e/reading.ts';
import { sending } from '../e2e/sending.ts';
import { joinWorld, type World } from '../e2e/world.ts';

/** What people do, and what strangers try, on the cluster's port. */
let world: World;
beforeAll(() => {
  world = joinWorld(process.env.STORM_URL ?? 'http://localhost:30080');
});
afterAll(async () => {
  await world?.stop();
}, 60_000);

accounts(() => world);
conversations(() => world);
sending(() => world);
reading(() => world);
files(() => world);
hostileHttp(() => world);
hostileSockets(() => world);
