import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { assertPortFree } from './assert-port-free.ts';
import { findFreePort } from './free-port.ts';
import type { GuardedProcess } from './guarded-process.ts';
import { launchPart, PortLost } from './launch-part.ts';
import type { Part, PartOptions, PartRun, RunningPart } from './part.ts';
import { runningPart } from './running-part.ts';

/** Another program can take a random port between our look and the server's bind. */
const PORT_ATTEMPTS = 3;

export interface PartPlaces {
  /** Of further ports, by name; what is not given is a random free one. */
  extraPorts?: Record<string, number>;
  /** Default: beside the data. */
  logFile?: string;
}

/** Starts any part: finds or installs the server, gives it ports and a folder, waits until it serves. */
export async function startPart<Options extends object, Facts extends object>(
  part: Part<Options, Facts>,
  options: Options & PartOptions,
  places: PartPlaces = {},
): Promise<RunningPart<Facts>> {
  const onProgress = options.onProgress ?? (() => undefined);
  const binary = await part.obtain(onProgress);
  const startedAt = performance.now();
  onProgress({ name: part.name, step: 'starting', text: `${binary.version} starting` });

  const temporary = options.dir === undefined ? await temporaryDir(part.name) : undefined;
  const dir = temporary ? join(temporary, 'data') : await givenDir(part, options.dir ?? '');
  const launchPlaces = { logFile: places.logFile ?? `${dir}.log`, removeAfterCrash: temporary };
  const chooseRun = async (): Promise<PartRun<Options>> => ({
    binary,
    dir,
    isTemporary: temporary !== undefined,
    port: options.port ?? (await findFreePort()),
    extraPorts: await choosePorts(Object.keys(part.extraPorts), places.extraPorts),
    options,
  });

  const launch = async (): Promise<{ run: PartRun<Options>; server: GuardedProcess }> => {
    if (options.port !== undefined) await assertPortFree(part.name, options.port);
    for (let attempt = 1; ; attempt += 1) {
      const run = await chooseRun();
      try {
        return { run, server: await launchPart(part, run, launchPlaces) };
      } catch (error) {
        if (!(error instanceof PortLost) || attempt === PORT_ATTEMPTS) throw error;
      }
    }
  };

  try {
    return runningPart(part, { ...(await launch()), launchPlaces, startedAt, temporary });
  } catch (error) {
    if (temporary) await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function choosePorts(
  names: string[],
  given: Record<string, number> = {},
): Promise<Record<string, number>> {
  const ports: Record<string, number> = {};
  for (const name of names) ports[name] = given[name] ?? (await findFreePort());
  return ports;
}

async function givenDir<Options, Facts>(part: Part<Options, Facts>, given: string): Promise<string> {
  const dir = resolve(given);
  await mkdir(dir, { recursive: true });
  return (await part.settleDir?.(dir)) ?? dir;
}

async function temporaryDir(name: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), `storm-${name}-`));
  // A server with a user of its own must be able to pass through.
  await chmod(dir, 0o711);
  return dir;
}
