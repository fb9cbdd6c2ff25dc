// node test/web/measure.mjs: what the client is like in use, on a platform of its own. Each line ends in PASS or FAIL.
//   MESSAGES=100000  how long the conversation is that is scrolled through
//   MINUTES=60       of busy chat, as fast as it goes: each has 60 messages in ten conversations, four changes between
//                    them, six messages of one's own and a look further up
import { randomBytes } from 'node:crypto';
import { createStormClient, memoryStore } from '@storm/client';
import { obtainChromium, startPlatform } from '@storm/devstack';
import { chromium } from 'playwright-core';

const count = Number(process.env.MESSAGES ?? 100_000);
const minutes = Number(process.env.MINUTES ?? 60);
const limits = { frameMs: 50, usableMs: 2_000, heapGrowth: 1.25 };
const scrollMs = 15_000;

const many = '100000000';
const platform = await startPlatform({
  ports: 'random',
  durable: false,
  env: {
    gateway: {
      LIMIT_USER_PER_10S: many,
      SOCKET_FRAMES_PER_SECOND: many,
      SOCKET_FRAMES_AT_ONCE: many,
      LOG_LEVEL: 'warn',
    },
  },
});
const { url } = platform;
const password = 'correct horse battery';

async function person(name) {
  const store = memoryStore();
  const storm = createStormClient({ baseUrl: url, store });
  const username = `${name}-${randomBytes(4).toString('hex')}`;
  const user = await storm.register({ username, displayName: name, password });
  return { storm, user, username };
}

function tell(name, text, isGood) {
  console.log(`${name}: ${text} ${isGood ? 'PASS' : 'FAIL'}`);
  if (!isGood) process.exitCode = 1;
}

const [writer, reader] = await Promise.all([person('writer'), person('reader')]);
const { id } = await writer.storm.api.createConversation({
  body: { kind: 'direct', userId: reader.user.id },
});
await writer.storm.connect({ startFrom: 'now' }).ready;
const startedAt = performance.now();
const lengths = [20, 60, 140, 400];
let next = 0;
await Promise.all(
  Array.from({ length: 64 }, async () => {
    while (next < count) {
      const n = ++next;
      await writer.storm.send(id, {
        text: `${n} ${'word '.repeat(lengths[n % 4] / 5)}${n % 7 ? '' : '**bold** `code`'}`,
      });
    }
  }),
);
console.log(`${count} messages stored in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);

const { path } = await obtainChromium();
const browser = await chromium.launch({
  executablePath: path,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
const store = memoryStore();
await createStormClient({ baseUrl: url, store }).login({ username: reader.username, password });
const session = await store.get('session');
const context = await browser.newContext({
  viewport: { width: 1280, height: 800 },
  storageState: {
    cookies: [],
    origins: [{ origin: new URL(url).origin, localStorage: [{ name: 'storm.session', value: session }] }],
  },
});
const page = await context.newPage();
const devtools = await context.newCDPSession(page);

await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
const beganAt = performance.now();
await page.goto(`${url}/c/${id}`);
await page.waitForSelector('#composer:focus');
const usableMs = performance.now() - beganAt;
tell(
  'usable',
  `${usableMs.toFixed(0)} ms with the CPU throttled 4x, limit ${limits.usableMs}`,
  usableMs <= limits.usableMs,
);
await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
await page.waitForSelector('.message');

const frames = await page.evaluate(async (ms) => {
  const place = document.querySelector('.timeline-scroller');
  const took = [];
  const end = performance.now() + ms;
  let before = performance.now();
  while (performance.now() < end) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    took.push(now - before);
    before = now;
    place.scrollBy(0, -120);
  }
  const first = Number(document.querySelector('.message .text').textContent.split(' ')[0]);
  return { took: took.slice(5).sort((one, other) => one - other), first };
}, scrollMs);
const at = (part) => frames.took[Math.floor(frames.took.length * part)] ?? Number.NaN;
tell(
  'scroll',
  `${count} messages, ${frames.took.length} frames up to message ${frames.first}, p50 ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms, longest ${at(0.9999).toFixed(0)} ms, limit p95 ${limits.frameMs}`,
  at(0.95) <= limits.frameMs,
);

const groups = [];
for (let n = 0; n < 10; n++) {
  const body = {
    kind: 'group',
    key: randomBytes(8).toString('hex'),
    name: `Group ${n}`,
    memberIds: [reader.user.id],
  };
  groups.push((await writer.storm.api.createConversation({ body })).id);
}
let said = 0;
/** In all groups by turns, the ninth one with markdown. @returns the last text */
async function talk(messages) {
  const texts = Array.from({ length: messages }, () => {
    const n = said++;
    return {
      to: groups[n % 10],
      text: `said ${n} ${'word '.repeat(n % 40)}${n % 9 ? '' : '**bold** `code`'}`,
    };
  });
  await Promise.all(texts.map(({ to, text }) => writer.storm.send(to, { text })));
  return texts.at(-1).text.split(' ').slice(0, 2).join(' ');
}
async function visit(n) {
  await page.locator(`.conversation-row[data-conversation="${groups[n % 10]}"]`).click();
  // Not waitForSelector: its handle would hold what it has found.
  await page.locator('.message').first().waitFor();
}
const field = page.locator('#composer');
async function minute(n) {
  for (let quarter = 0; quarter < 4; quarter++) {
    await visit(n * 4 + quarter);
    const last = await talk(15);
    await page.locator('.conversation-row', { hasText: last }).waitFor();
    if (quarter % 2 === 0) {
      await field.fill(`own ${n} ${quarter}`);
      await field.press('Enter');
      await field.fill('and more');
      await field.press('Enter');
      await field.fill('and done');
      await field.press('Enter');
    }
    if (quarter === 1) await page.evaluate("document.querySelector('.timeline-scroller').scrollBy(0, -2000)");
  }
}
async function held() {
  await visit(0);
  await page.waitForTimeout(1_500);
  for (let round = 0; round < 2; round++) await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const { nodes } = await devtools.send('Memory.getDOMCounters');
  return { mib: usedSize / 1_048_576, nodes };
}
await talk(1_500);
for (let n = 0; n < 10; n++) await visit(n);
const talkedFrom = performance.now();
const heap = [];
for (let n = 0; n <= minutes; n++) {
  if (n % (minutes / 4) === 0) heap.push(await held());
  if (n < minutes) await minute(n);
}
const growth = heap.at(-1).mib / heap[0].mib;
tell(
  'memory',
  `${minutes} minutes of busy chat in ${((performance.now() - talkedFrom) / 1_000).toFixed(0)} s, ${said - 1_500} messages, ${minutes * 4} changes of conversation: heap after each quarter ${heap.map(({ mib }) => mib.toFixed(1)).join(' ')} MiB, nodes ${heap.map(({ nodes }) => nodes).join(' ')}, at the end ${growth.toFixed(2)}x, limit ${limits.heapGrowth}`,
  growth <= limits.heapGrowth,
);
await browser.close();
await Promise.all([writer, reader].map(({ storm }) => storm.close()));
await platform.stop();
process.exit();
