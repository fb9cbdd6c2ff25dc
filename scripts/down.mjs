// npm run down: stops what `npm run up` started in this clone.
import { isSameProcess } from './process-identity.mjs';
import { endLeftovers, findRunning, readRecord, removeRecord } from './running-record.mjs';

/** Services drain for up to 10 s, then the servers stop for up to 8 s. */
const PATIENCE_MS = 40_000;

const record = readRecord();
const running = findRunning();
if (running !== null) {
  const since = performance.now();
  console.log(`Stopping Storm (process ${running.pid}).`);
  process.kill(running.pid, 'SIGTERM');
  while (isSameProcess(running) && performance.now() - since < PATIENCE_MS) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (isSameProcess(running)) {
    console.log('It does not stop in order: ending it by force.');
    process.kill(running.pid, 'SIGKILL');
  }
  console.log(`Stopped in ${((performance.now() - since) / 1000).toFixed(1)} s.`);
} else {
  console.log('Storm does not run in this clone.');
}
// Read before the stop: the one that ended in order removed it.
if (record !== null) {
  const ended = endLeftovers(record);
  if (ended.length > 0) console.log(`Ended what was left of it: ${ended.join(', ')}.`);
  if (findRunning() === null) removeRecord();
}
