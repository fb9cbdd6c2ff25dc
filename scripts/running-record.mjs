import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSameProcess, processIdentity } from './process-identity.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const stormDir = join(root, '.storm');

const file = join(stormDir, 'up.json');

/** What `npm run up` wrote down about itself, or null. */
export function readRecord() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** The record if the `npm run up` that wrote it still runs. */
export function findRunning() {
  const record = readRecord();
  return record !== null && isSameProcess(record) ? record : null;
}

/** Claims this clone for the calling process. False when another one was first. */
export function claimRecord() {
  mkdirSync(stormDir, { recursive: true });
  const record = {
    pid: process.pid,
    identity: processIdentity(process.pid),
    startedAt: new Date().toISOString(),
    url: null,
    processes: {},
  };
  try {
    writeFileSync(file, JSON.stringify(record, null, 2), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

export function changeRecord(change) {
  const record = readRecord();
  if (record?.pid !== process.pid) return;
  change(record);
  writeFileSync(file, JSON.stringify(record, null, 2));
}

export function recordProcess(name, pid) {
  changeRecord((record) => {
    record.processes[name] = { pid, identity: processIdentity(pid) };
  });
}

export function removeRecord() {
  rmSync(file, { force: true });
}

/** Ends what a crashed `up` left behind, by SIGKILL: only processes that are surely the recorded ones. */
export function endLeftovers(record) {
  const left = Object.entries(record.processes ?? {}).filter(([, one]) => isSameProcess(one));
  for (const [, { pid }] of left) process.kill(pid, 'SIGKILL');
  return left.map(([name]) => name);
}
