import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, stormDir } from './running-record.mjs';

const OLDEST_NODE = [20, 19];
const TELL_EVERY_MS = 10_000;

const running = new Set();

/** Packages and built code, as this checkout needs them. @throws with the end of the output of what failed. */
export async function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new Error(
      `Node ${process.versions.node} is too old. Next: install Node 20.19 or newer (https://nodejs.org).`,
    );
  }
  if (!arePackagesInstalled()) await step('packages', npm('ci', '--no-audit', '--no-fund'));
  const turbo = join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  await step('build', [
    process.execPath,
    turbo,
    'run',
    'build',
    '--output-logs=errors-only',
    '--no-update-notifier',
  ]);
}

/** Ends the step that is under way, if one is. */
export function abortPreparation() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Compares the lockfile with what npm wrote down about its last installation. Times of files say nothing after a
 * `git checkout`.
 */
export function arePackagesInstalled(dir = root) {
  const wanted = readPackages(join(dir, 'package-lock.json'));
  const installed = readPackages(join(dir, 'node_modules', '.package-lock.json'));
  if (wanted === null || installed === null) return false;
  return Object.entries(wanted).every(([path, { version, optional, link, peer }]) => {
    if (!path.includes('node_modules/') || link) return true;
    const found = installed[path];
    // Packages for other systems are left out.
    return found === undefined ? optional === true || peer === true : found.version === version;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

function npm(...args) {
  const { npm_execpath: cli } = process.env;
  return cli?.endsWith('.js') ? [process.execPath, cli, ...args] : ['npm', ...args];
}

async function step(name, [command, ...args]) {
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const shown = name === 'packages' ? 'installing (npm ci)' : 'building (turbo run build)';
  console.log(`  ${name.padEnd(14)} ${shown}`);
  const ticker = setInterval(() => console.log(`  ${name.padEnd(14)} ${shown}, ${seconds()}`), TELL_EVERY_MS);
  const output = [];
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const ending = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  running.delete(child);
  clearInterval(ticker);
  const text = Buffer.concat(output).toString();
  mkdirSync(join(stormDir, 'logs'), { recursive: true });
  writeFileSync(join(stormDir, 'logs', `${name}.log`), text);
  if (ending !== 0) {
    const tail = text.trimEnd().split('\n').slice(-40).join('\n');
    throw new Error(`${[command, ...args].join(' ')} ended with ${ending}:\n${tail}`);
  }
  console.log(`  ${name.padEnd(14)} done in ${seconds()}`);
}
