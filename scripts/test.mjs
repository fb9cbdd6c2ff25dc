// npm test: installs, builds, gets the servers and runs every test; ends on the line "N passed, N failed".
// Further arguments go to jest: npm test -- packages/runtime -t 'dead letter'
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare } from './prepare.mjs';
import { root } from './running-record.mjs';

const web = '/test/web/';
/** What judges how long others wait while a gateway is worn out: another test on the same two cores is one attack more. */
const alone = '/test/prove/(limits|herd)\\.test';
const inTurn = [
  {
    args: ['/node_modules/', '/dist/', web, alone].map((one) => `--testPathIgnorePatterns=${one}`),
    atOnce: 2,
  },
  { args: [alone], atOnce: 1 },
  // Browsers beside servers that are being killed and starved see moments pass by on two cores.
  { args: [web], atOnce: 2 },
];

const counts = await runAll(process.argv.slice(2)).catch((error) => {
  console.error(`\n${error.message}`);
  // Nothing could be tested, which must not look like a run without failures.
  return { passed: 0, failed: 1, skipped: 0 };
});
const { passed, failed, skipped } = counts;
if (passed + failed === 0) console.error('No test ran.');
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);

async function runAll(jestArgs) {
  await prepare();
  const { installServers, obtainChromium, formatProgress } = await import(
    '../packages/devstack/dist/index.js'
  );
  const tell = (progress) => console.log(formatProgress(progress));
  await installServers(tell);
  await obtainChromium(tell);
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const turn of jestArgs.length > 0 ? [{ args: jestArgs, atOnce: 2 }] : inTurn) {
    const counts = await runOnce(turn);
    for (const name of Object.keys(total)) total[name] += counts[name];
  }
  return total;
}

async function runOnce({ args, atOnce }) {
  const dir = mkdtempSync(join(tmpdir(), 'storm-test-'));
  try {
    const report = join(dir, 'report.json');
    const code = await runJest([...args, `--maxWorkers=${atOnce}`, '--json', `--outputFile=${report}`]);
    if (!existsSync(report)) throw new Error(`jest ended with ${code} and no report.`);
    return readCounts(JSON.parse(readFileSync(report, 'utf8')), code);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function runJest(args) {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      jest,
      ...args,
      '--projects',
      ...findProjects(),
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal ?? code));
  });
}

/** Every workspace that has tests to run. */
function findProjects() {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return workspaces
    .flatMap((pattern) => {
      if (!pattern.endsWith('/*')) return [pattern];
      const folder = pattern.slice(0, -2);
      return readdirSync(join(root, folder)).map((name) => join(folder, name));
    })
    .filter((folder) => existsSync(join(root, folder, 'jest.config.js')));
}

function readCounts(report, code) {
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that cannot even be loaded holds tests that did not pass.
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // jest can fail without a failed test: an interrupted run, a failed teardown.
  return { passed, skipped, failed: failed === 0 && code !== 0 && passed > 0 ? 1 : failed };
}
