import { cpus } from 'node:os';
import type { Platform, PlatformOptions, ServiceName } from '@storm/devstack';
import { type ControlGroup, createControlGroup, findControlGroupFault } from '../limits/control-group.ts';
import { deployed } from '../limits/deployed.ts';
import { type BenchUser, registerUser, startBenchPlatform } from './bench-platform.ts';
import { buildImages, type Images } from './build-images.ts';
import { type BarePipeline, startBarePipeline } from './limits/bare-pipeline.ts';

export interface Site {
  platform: Platform;
  /** Of each service process by name; empty where the machine allows none. */
  groups: ReadonlyMap<string, ControlGroup>;
  /** The first so many accounts of this site; made when asked for, kept for the next row. */
  users(count: number): Promise<BenchUser[]>;
}

export interface SiteOptions extends Pick<PlatformOptions, 'gateways' | 'messages'> {
  services?: readonly ServiceName[];
  /** Whether the groups can hold a CPU limit (`limitCpu`); it begins without. The memory limits of the deployment always hold. */
  canLimitCpu?: boolean;
}

/** What the rows of one run share: at most one running platform at a time, and the bare pipeline. */
export interface Lab {
  readonly quick: boolean;
  /** Messages in the large table of row 8. */
  readonly historyRows: number;
  /** Why there are no control groups on this machine; null where there are. */
  readonly groupFault: string | null;
  say(line: string): void;
  /** The running platform when it is of this kind; else that one ends and a new one starts. */
  site(options: SiteOptions): Promise<Site>;
  bare(): Promise<BarePipeline>;
  /** What every site runs. */
  images(): Images;
  /** Versions of the servers that have run, by name. */
  readonly versions: ReadonlyMap<string, string>;
  stop(): Promise<void>;
}

/** The services of the send path. */
export const sendPath: readonly ServiceName[] = ['gateway', 'user', 'message'];

export async function createLab(options: {
  quick: boolean;
  historyRows: number;
  say(line: string): void;
}): Promise<Lab> {
  const groupFault = await findControlGroupFault();
  const versions = new Map<string, string>();
  let current: { kind: string; site: Site } | undefined;
  let bare: BarePipeline | undefined;
  let built: Images | undefined;
  const images = (): Images => {
    built ??= buildImages();
    return built;
  };

  const endSite = async (): Promise<void> => {
    if (current === undefined) return;
    const { platform, groups } = current.site;
    current = undefined;
    await platform.stop();
    for (const group of groups.values()) await group.remove();
  };
  return {
    ...options,
    groupFault,
    versions,
    async site(wanted) {
      const kind = JSON.stringify(wanted);
      if (current?.kind === kind) return current.site;
      await endSite();
      current = { kind, site: await openSite(wanted, { ...options, groupFault, images: images() }) };
      for (const part of Object.values(current.site.platform.parts)) versions.set(part.name, part.version);
      return current.site;
    },
    async bare() {
      bare ??= await startBarePipeline();
      return bare;
    },
    images,
    async stop() {
      await bare?.stop();
      await endSite();
      built?.remove();
    },
  };
}

async function openSite(
  { canLimitCpu = false, ...options }: SiteOptions,
  { groupFault, images, say }: Pick<Lab, 'groupFault' | 'say'> & { images: Images },
): Promise<Site> {
  const groups = new Map<string, ControlGroup>();
  const groupOf = (name: string): ControlGroup => {
    const { memoryMiB } = deployed[name.split('-')[0] as ServiceName];
    const limits = {
      memoryBytes: memoryMiB * 1_048_576,
      ...(canLimitCpu ? { millicores: cpus().length * 1_000 } : {}),
    };
    const group = groups.get(name) ?? createControlGroup(name, limits);
    groups.set(name, group);
    return group;
  };
  /** A service that ends by itself spoils whatever is measured: why must not be lost with its log. */
  const tellEnding = (name: string, how: string): void => {
    const kills = groups.get(name)?.readUsage().oomKills ?? 0;
    say(`${name} ${how}; killed for memory ${kills} times; the end of its log:`);
    say(opened?.process(name).logTail(20) ?? '-');
  };
  let opened: Platform | undefined;
  const platform = await startBenchPlatform({
    ...options,
    root: images.root,
    onProgress: ({ name, step, text }) => step === 'failed' && tellEnding(name, text),
    ...(groupFault === null ? { joinFiles: (name: string) => groupOf(name).joinFiles } : {}),
  });
  opened = platform;
  const known: Promise<BenchUser>[] = [];
  return {
    platform,
    groups,
    users(count) {
      while (known.length < count) known.push(registerUser(platform.url));
      return Promise.all(known.slice(0, count));
    },
  };
}
