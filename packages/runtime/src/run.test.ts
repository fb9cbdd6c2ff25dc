import { createLogger } from './logger.ts';
import { type StopStep, stopAll } from './run.ts';

const log = createLogger('test', 'silent', 'test');
const never = (): Promise<void> => new Promise(() => undefined);
const named = (name: string, timeoutMs: number, stop: StopStep['stop']): StopStep => ({
  name,
  timeoutMs,
  stop,
});

test('every step runs, whatever those before it did, and those that failed or were late are named', async () => {
  const seen: string[] = [];
  const failed = await stopAll(
    [
      named('late', 20, never),
      named('broken', 1_000, () => Promise.reject(new Error('broken'))),
      named('good', 1_000, () => void seen.push('good')),
    ],
    log,
  );
  expect(failed).toEqual(['late', 'broken']);
  expect(seen).toEqual(['good']);
});

test('all steps together end within their bound, and the last still gets its turn', async () => {
  const seen: string[] = [];
  const startedAt = performance.now();
  const failed = await stopAll(
    [
      named('first', 60_000, never),
      named('second', 60_000, never),
      named('last', 60_000, () => void seen.push('last')),
    ],
    log,
    300,
  );
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(failed).toEqual(['first', 'second']);
  expect(seen).toEqual(['last']);
});
