import { hostileFiles } from './hostile-files.ts';
import { hostileHttp } from './hostile-http.ts';
import { hostileSockets } from './hostile-sockets.ts';
import { startWorld, type World } from './world.ts';

/** Bad input gets a clear problem and loses nothing. */
let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 120_000);
afterAll(async () => {
  await world?.stop();
}, 60_000);

hostileHttp(() => world);
hostileFiles(() => world);
hostileSockets(() => world);
