import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { listInbox } from '@storm/contracts';
import { request } from '@storm/runtime';
import { createStage, type Stage, until } from '../test/create-stage.ts';
import { newConversation, newMessage, newUser } from '../test/fixtures.ts';

let stage: Stage;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  stage = await createStage();
  await stage.createStreams();
  stage.serveMembers();
});
afterAll(async () => {
  for (const one of processes) one.kill('SIGKILL');
  await stage?.stop();
});

/** The built service as it runs in production. */
function startProcess(): ChildProcess {
  const { host, port, user, password, database } = stage.database.settings;
  const started = spawn(process.execPath, [fileURLToPath(new URL('../dist/main.js', import.meta.url))], {
    env: {
      ...process.env,
      PORT: '0',
      LOG_LEVEL: process.env.STORM_TEST_LOG ?? 'fatal',
      NATS_URL: stage.nats.server.url,
      DB_HOST: host,
      DB_PORT: String(port),
      DB_USER: user,
      DB_PASSWORD: password,
      DB_NAME: database,
    },
    stdio: 'inherit',
  });
  processes.push(started);
  return started;
}

test('killed in the middle of its work, again and again, it loses nothing and doubles nothing', async () => {
  const talks = Array.from({ length: 50 }, () => [newUser(), newUser()] as const);
  const messages = talks.map(([senderId, reader]) => {
    const conversationId = newConversation();
    stage.members.set(conversationId, [senderId, reader]);
    return Array.from({ length: 60 }, () => newMessage({ conversationId, senderId }));
  });
  let victim = startProcess();
  let seen = 0;
  for (let round = 0; round < 6; round++) {
    await stage.tell(messages.flatMap((some) => some.slice(round * 10, round * 10 + 10)));
    await until(() => stage.told.length > seen);
    seen = stage.told.length;
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    victim = startProcess();
  }
  await until(() => stage.told.length > seen);
  await stage.handled();
  for (const [, reader] of talks) {
    expect(await request(stage.peer, listInbox, { userId: reader, limit: 100 })).toMatchObject({
      unread: 60,
    });
    const last = Math.max(...stage.toldTo(reader).map(({ data }) => data.unread));
    expect(last).toBe(60);
  }
  victim.kill('SIGTERM');
  expect(await once(victim, 'exit')).toEqual([0, null]);
}, 120_000);
