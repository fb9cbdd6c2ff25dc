import type { WebSocket } from 'ws';
import { openSockets } from './bench-platform.ts';
import { connectMessages, fillGroups } from './fill-database.ts';
import { fillPeople } from './fill-people.ts';
import type { Site } from './lab.ts';

const groupSize = 10;
const groupsEach = 3;

/**
 * So many sockets that sit there and hear nothing: each of another person, who is in three groups of ten in which
 * nobody speaks.
 */
export async function openIdle({ platform }: Site, count: number): Promise<WebSocket[]> {
  const people = await fillPeople(platform, count);
  const database = await connectMessages(platform);
  await fillGroups(
    database,
    people.map((one) => one.id),
    { groupSize, groupsEach },
  );
  await database.end();
  return openSockets([platform.url], people, count);
}
