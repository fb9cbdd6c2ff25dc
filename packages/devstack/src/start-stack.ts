import { join, resolve } from 'node:path';
import { allParts, type PartName, type PartOptionsOf, partNames, type RunningPartOf } from './all-parts.ts';
import { assertPortFree } from './assert-port-free.ts';
import type { Part } from './part.ts';
import type { OnProgress } from './progress.ts';
import { startPart } from './start-part.ts';
import { startTogether } from './start-together.ts';

export interface StackOptions<Name extends PartName = PartName> {
  /** Default: all. */
  parts?: readonly Name[];
  /** `fixed`: the ports of `npm run up`. */
  ports: 'random' | 'fixed';
  /** Added to every fixed port, for a second stack on the same machine. */
  portOffset?: number;
  /** Data goes to `<dir>/data/<part>`, logs to `<dir>/logs`. Omitted: temporary folders, removed on stop. */
  dir?: string;
  /** Of each part by itself. */
  options?: { [P in PartName]?: PartOptionsOf<P> };
  onProgress?: OnProgress;
}

export interface Stack<Name extends PartName = PartName> {
  parts: { [P in Name]: RunningPartOf<P> };
  stop(): Promise<void>;
}

/** Starts the servers side by side. When one cannot start, the others are stopped again. */
export async function startStack<Name extends PartName = PartName>(
  options: StackOptions<Name>,
): Promise<Stack<Name>> {
  const names = (options.parts ?? partNames) as readonly Name[];
  const onProgress = options.onProgress ?? (() => undefined);
  if (options.ports === 'fixed') await assertFixedPortsFree(names, options.portOffset ?? 0);
  // One after the other: two builds at once take as long, and twice the memory.
  for (const name of names) await allParts[name].obtain(onProgress);
  const running = await startTogether(names.map((name) => () => startOne(name, options)));
  const parts = Object.fromEntries(running.map((part) => [part.name, part]));
  return {
    parts: parts as Stack<Name>['parts'],
    async stop() {
      await Promise.all(running.map((part) => part.stop()));
    },
  };
}

function startOne<Name extends PartName>(name: Name, options: StackOptions<Name>) {
  // What belongs together by name is looked up by name: the compiler cannot follow that.
  const part = allParts[name] as unknown as Part<object, object>;
  const offset = options.portOffset ?? 0;
  const extraPorts = Object.entries(part.extraPorts).map(([extra, port]) => [extra, port + offset]);
  return startPart(
    part,
    {
      ...(options.dir === undefined ? {} : { dir: join(resolve(options.dir), 'data', name) }),
      ...(options.options?.[name] as object | undefined),
      ...(options.ports === 'fixed' ? { port: part.fixedPort + offset } : {}),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    },
    {
      ...(options.dir === undefined ? {} : { logFile: join(resolve(options.dir), 'logs', `${name}.log`) }),
      ...(options.ports === 'fixed' ? { extraPorts: Object.fromEntries(extraPorts) } : {}),
    },
  );
}

async function assertFixedPortsFree(names: readonly PartName[], offset: number): Promise<void> {
  for (const name of names) {
    const { fixedPort, extraPorts } = allParts[name] as unknown as Part<object, object>;
    for (const port of [fixedPort, ...Object.values(extraPorts)]) await assertPortFree(name, port + offset);
  }
}
