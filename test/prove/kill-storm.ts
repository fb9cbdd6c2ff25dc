import { type Platform, startPlatform } from '@storm/devstack';
import { checkHistory, type SendRecord, type Verdict } from './check-history.ts';
import { type Person, Receiver, registerPerson, sendUntilAcknowledged, startGroup } from './people.ts';
import { openMessageDatabase, plantSkipDedupe, readStored } from './read-stored.ts';

export interface KillStormOptions {
  senders: number;
  /** Which process is killed, in turn. */
  victims: readonly string[];
  kills: number;
  /** Between the start of one victim and the death of the next. */
  everyMs: number;
  plant?: 'skip-dedupe' | 'no-replay';
}

const raisedLimits = {
  LIMIT_SIGN_IN_ADDRESS_PER_MINUTE: '10000',
  LIMIT_USER_PER_10S: '100000',
  LIMIT_ADDRESS_PER_10S: '100000',
};

/**
 * Senders send one message after the other, each until it is acknowledged, while processes are killed and started
 * again. Every sender is in one group with a receiver; receivers come back by themselves. Two gateways, two message
 * services.
 */
export async function killStorm(options: KillStormOptions): Promise<{ verdict: Verdict; resyncs: number }> {
  const platform = await startPlatform({
    ports: 'random',
    services: ['gateway', 'user', 'message'],
    gateways: 2,
    messages: 2,
    env: { gateway: { ...raisedLimits, ACCEPTED_AFTER_MS: '2000' } },
  });
  const database = await openMessageDatabase(platform);
  try {
    if (options.plant === 'skip-dedupe') await plantSkipDedupe(database);
    return await storm(platform, options, async () => readStored(database));
  } finally {
    await database.end();
    await platform.stop();
  }
}

async function storm(
  platform: Platform,
  options: KillStormOptions,
  stored: () => Promise<Awaited<ReturnType<typeof readStored>>>,
): Promise<{ verdict: Verdict; resyncs: number }> {
  const urls = [platform.process('gateway').url, platform.process('gateway-2').url];
  const [home = ''] = urls;
  const receiverPerson = await registerPerson(home);
  const lanes: { person: Person; conversationId: string }[] = [];
  for (let index = 0; index < options.senders; index++) {
    const person = await registerPerson(home);
    lanes.push({ person, conversationId: await startGroup(home, person, [receiverPerson]) });
  }
  const receivers = urls.map((_, index) => {
    const order = index === 0 ? urls : [...urls].reverse();
    return new Receiver(order, receiverPerson, options.plant !== 'no-replay');
  });
  await Promise.all(receivers.map((one) => one.start()));

  let going = true;
  const sends: SendRecord[] = [];
  const sending = lanes.map(async ({ person, conversationId }) => {
    const own: SendRecord[] = [];
    for (let index = 0; going; index++) {
      own.push(await sendUntilAcknowledged(urls, person, conversationId, `k${index}`, 30_000));
    }
    sends.push(...own);
  });
  for (let kill = 0; kill < options.kills; kill++) {
    await new Promise((resolve) => setTimeout(resolve, options.everyMs));
    const victim = platform.process(options.victims[kill % options.victims.length] ?? '');
    victim.kill('SIGKILL');
    await victim.exited;
    await victim.restart();
  }
  await new Promise((resolve) => setTimeout(resolve, options.everyMs));
  going = false;
  await Promise.all(sending);
  const rows = await stored();
  await Promise.all(receivers.map((one) => one.waitFor(rows.length, 10_000)));
  for (const one of receivers) one.stop();
  const conversationIds = lanes.map((lane) => lane.conversationId);
  const received = receivers.map(({ messages }) => ({ conversationIds, messages }));
  const resyncs = receivers.reduce((sum, one) => sum + one.resyncs.length, 0);
  return { verdict: checkHistory(sends, rows, received), resyncs };
}
