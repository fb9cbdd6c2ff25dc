import { faultsOf, printVerdict } from './check-history.ts';
import { killStorm } from './kill-storm.ts';

const none = { lost: 0, duplicated: 0, phantom: 0, inverted: 0, gaps: 0, missed: 0 };

it('keeps every acknowledged message once and in order while the message service is killed 10 times', async () => {
  const { verdict } = await killStorm({
    senders: 20,
    victims: ['message', 'message-2'],
    kills: 10,
    everyMs: 1_500,
  });
  console.info(printVerdict('message service killed 10 times', verdict));
  expect(verdict.acknowledged).toBeGreaterThan(500);
  expect(faultsOf(verdict)).toEqual(none);
}, 180_000);

it('turns red when keys are no longer looked up', async () => {
  const { verdict } = await killStorm({
    senders: 20,
    victims: ['message', 'message-2'],
    kills: 4,
    everyMs: 1_500,
    plant: 'skip-dedupe',
  });
  console.info(printVerdict('planted: skip-dedupe', verdict));
  expect(verdict.duplicated).toBeGreaterThan(0);
}, 120_000);

it('lets sockets of a killed gateway resume on another with nothing missed', async () => {
  const { verdict, resyncs } = await killStorm({
    senders: 20,
    victims: ['gateway', 'gateway-2'],
    kills: 4,
    everyMs: 1_500,
  });
  console.info(printVerdict('gateways killed 4 times', verdict));
  expect(resyncs).toBe(0);
  expect(faultsOf(verdict)).toEqual(none);
}, 120_000);

it('turns red when sockets come back without a replay', async () => {
  const { verdict } = await killStorm({
    senders: 20,
    victims: ['gateway', 'gateway-2'],
    kills: 2,
    everyMs: 1_500,
    plant: 'no-replay',
  });
  console.info(printVerdict('planted: no-replay', verdict));
  expect(verdict.missed).toBeGreaterThan(0);
}, 120_000);
