import { createPalette, createStage } from './stage.ts';
import { play } from './story.ts';

const limitMs = 60_000;
const baseUrl = process.env.STORM_URL ?? 'http://localhost:30080';
const isColoured = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const palette = createPalette(isColoured);
const startedAt = performance.now();

const fail = (reason: string, next: string): never => {
  console.error(`\n${palette.red('FAIL')}  ${reason}\n${next}`);
  process.exit(1);
};
setTimeout(
  () => fail(`not done after ${limitMs / 1_000} s`, 'Look at the logs in .storm/logs'),
  limitMs,
).unref();

const health = await fetch(`${baseUrl}/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
if (health === null) fail(`nothing answers on ${baseUrl}`, 'Next: npm run up, or set STORM_URL');
else if (!health.ok)
  fail(`${baseUrl}/health answers ${health.status}`, 'Next: npm run down, then npm run up');

console.log(palette.bold(`A conversation on ${baseUrl}`));
try {
  const { messages, close } = await play(
    createStage(palette, (line) => console.log(line)),
    baseUrl,
  );
  await close();
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(
    `\n${palette.green('PASS')}  ${messages} messages, 1 photo, 1 lost connection in ${seconds} s: lost 0, twice 0`,
  );
  console.log(
    `Next: open ${baseUrl}/docs and try the API, or read packages/client/README.md and write your own`,
  );
  process.exit(0);
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  fail(reason, `Next: ${baseUrl}/health says what is missing; the logs are in .storm/logs`);
}
