// npm run up: installs, builds and starts the whole platform, and stays until Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { abortPreparation, prepare } from './prepare.mjs';
import {
  changeRecord,
  claimRecord,
  endLeftovers,
  findRunning,
  readRecord,
  recordProcess,
  removeRecord,
  root,
  stormDir,
} from './running-record.mjs';

const USAGE = `npm run up [-- --fresh] [--offset N]
  --fresh     forget all data first
  --offset N  add N to every port, to run beside another Storm
  --demo      people and conversations to look at; prints two logins`;

const options = readOptions();
const startedAt = performance.now();
claimThisClone();

let devstack;
let platform;
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop());
process.once('exit', removeRecord);
// A closed terminal must not keep us from stopping the rest.
process.stdout.on('error', () => undefined);

try {
  console.log('Starting Storm. The first time takes a few minutes, later ones seconds.');
  await prepare();
  devstack = await import(new URL('../packages/devstack/dist/index.js', import.meta.url).href);
  if (options.fresh) {
    await devstack.forgetData(stormDir);
    console.log('  data           forgotten');
  }
  platform = await devstack.startPlatform({
    ports: 'fixed',
    portOffset: options.offset,
    dir: stormDir,
    root,
    onProgress(progress) {
      console.log(devstack.formatProgress(progress));
      if (progress.pid !== undefined) recordProcess(progress.name, progress.pid);
    },
  });
  const url = platform.url.replace('127.0.0.1', 'localhost');
  changeRecord((record) => {
    record.url = url;
  });
  if (options.demo) await fillWithDemo(url);
  tellWhatNext(url);
  // Nothing else keeps this process alive.
  setInterval(() => undefined, 2 ** 30);
} catch (error) {
  if (!isStopping) {
    // A fault of ours comes with its place, what the machine lacks with what to do.
    console.error(`\n${/^(Type|Reference|Syntax)Error$/.test(error.name) ? error.stack : error.message}`);
    await devstack?.stopEverything();
    process.exit(1);
  }
}

async function stop() {
  if (isStopping) return;
  isStopping = true;
  const since = performance.now();
  console.log('\nStopping.');
  abortPreparation();
  await platform?.stop();
  await devstack?.stopEverything();
  console.log(`Stopped in ${((performance.now() - since) / 1000).toFixed(1)} s. The data stays in .storm.`);
  if (process.stdout.writableLength > 0)
    await Promise.race([once(process.stdout, 'drain'), new Promise((done) => setTimeout(done, 500))]);
  process.exit(0);
}

function tellWhatNext(url) {
  const took = ((performance.now() - startedAt) / 1000).toFixed(1);
  const minio = platform.part('minio');
  console.log(`
Storm is ready on ${url} after ${took} s.

  ${url}/        the chat
  curl ${url}/health
  ${url}/docs    the API, to read and try
  npm run demo                   two people talk, in another terminal
  npm run down                   stops everything, as Ctrl-C does here; the data stays

  Postgres       psql ${platform.part('postgres').url.replace(/postgres$/, 'message_db')}
  MinIO console  http://localhost:${minio.consolePort} (${minio.accessKey} / ${minio.secretKey})
  Logs           .storm/logs
`);
}

async function fillWithDemo(url) {
  const script = fileURLToPath(new URL('../test/demo/run.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, 'fill'], {
    stdio: 'inherit',
    env: { ...process.env, STORM_URL: url },
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) console.error('  demo           could not be filled in; what is above says why');
}

function claimThisClone() {
  const running = findRunning();
  if (running !== null) sayItRuns(running);
  const crashed = readRecord();
  if (crashed !== null) {
    const ended = endLeftovers(crashed);
    if (ended.length > 0) console.log(`Ended what a crashed start had left: ${ended.join(', ')}.`);
    removeRecord();
  }
  if (!claimRecord()) sayItRuns(findRunning() ?? readRecord());
}

function sayItRuns(record) {
  const where = record?.url ? `on ${record.url}` : 'and is still starting';
  console.log(
    `Storm already runs in this clone ${where} (process ${record?.pid}, since ${record?.startedAt}).\nNext: npm run down`,
  );
  process.exit(0);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        offset: { type: 'string', default: '0' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    const offset = Number(values.offset);
    if (!Number.isInteger(offset) || offset < 0 || offset > 30_000)
      throw new Error('--offset takes a number from 0 to 30000.');
    return { fresh: values.fresh, demo: values.demo, offset };
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
}
