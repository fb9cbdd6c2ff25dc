import { type Platform, type PlatformOptions, type ServiceName, startPlatform } from '@storm/devstack';
import pg from 'pg';
import { type ControlGroup, createControlGroup } from '../../limits/control-group.ts';
import { deployed } from '../../limits/deployed.ts';
import { type CappedPart, type CappedVolume, mountCapped } from './capped-volume.ts';
import { copyProduct, type ProductCopy } from './product-copy.ts';

export interface StageOptions
  extends Omit<Partial<PlatformOptions>, 'ports' | 'root' | 'onLog' | 'onProgress'> {
  /** Bytes of the file system that a server's data lies on; it is mounted for it. */
  /** Every service in a control group with the memory and CPU that the deployment gives it. */
  isLimited?: boolean;
  capped?: { readonly [Part in CappedPart]?: number };
}

/** The platform that a proof plays on: real servers, two gateways, two message services. */
export interface Stage {
  readonly platform: Platform;
  readonly product: ProductCopy;
  /** Of the gateways. */
  readonly urls: readonly string[];
  /** Of each service process by name; empty where nothing is limited. */
  readonly groups: ReadonlyMap<string, ControlGroup>;
  /** @throws when the stage was not given a volume for that part. */
  volume(part: CappedPart): CappedVolume;
  /** A connection to message_db as its owner, to look and, for bugs, to spoil; comes back by itself. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Names and versions of the servers, for the result. */
  readonly versions: string;
  stop(): Promise<void>;
}

/** One machine plays a crowd: limits on callers are raised unless a proof is about them. */
export const crowdLimits = {
  LIMIT_SIGN_IN_ADDRESS_PER_MINUTE: '100000',
  LIMIT_SIGN_IN_NAME_PER_MINUTE: '100000',
  LIMIT_USER_PER_10S: '1000000',
  LIMIT_ADDRESS_PER_10S: '1000000',
};

export async function startStage({
  capped = {},
  isLimited = false,
  ...options
}: StageOptions): Promise<Stage> {
  const product = await copyProduct();
  const volumes = new Map<CappedPart, CappedVolume>();
  const groups = new Map<string, ControlGroup>();
  const joinFiles = (name: string): readonly string[] => {
    const { millicores, memoryMiB } = deployed[name.split('-')[0] as ServiceName];
    const group =
      groups.get(name) ?? createControlGroup(name, { millicores, memoryBytes: memoryMiB * 1_048_576 });
    groups.set(name, group);
    return group.joinFiles;
  };
  const clear = async (): Promise<void> => {
    for (const group of groups.values()) await group.remove();
    for (const volume of volumes.values()) await volume.remove();
    await product.remove();
  };
  let platform: Platform;
  try {
    for (const [part, bytes] of Object.entries(capped)) {
      volumes.set(part as CappedPart, await mountCapped(part, bytes));
    }
    platform = await startPlatform({
      ports: 'random',
      services: ['gateway', 'user', 'message'],
      gateways: 2,
      messages: 2,
      ...options,
      partDirs: Object.fromEntries([...volumes].map(([part, { dataDir }]) => [part, dataDir])),
      root: product.root,
      ...(isLimited && { joinFiles }),
      env: {
        ...options.env,
        gateway: { ...crowdLimits, ACCEPTED_AFTER_MS: '2000', ...options.env?.gateway },
      },
    });
  } catch (error) {
    await clear();
    throw error;
  }
  const { host, port, user, password } = platform.part('postgres');
  const pool = new pg.Pool({ host, port, user, password, database: 'message_db', max: 2 });
  // A killed server breaks it; the query that meets that fails by itself.
  pool.on('error', () => undefined);
  return {
    platform,
    product,
    groups,
    urls: platform.processes.filter(({ name }) => name.startsWith('gateway')).map(({ url }) => url),
    volume(part) {
      const found = volumes.get(part);
      if (found === undefined) throw new Error(`${part} has no volume of a certain size on this stage`);
      return found;
    },
    async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await pool.query<Row>(text, values)).rows;
    },
    get versions() {
      const names = { postgres: 'Postgres', nats: 'NATS', redis: 'Redis', minio: 'MinIO' } as const;
      const servers = Object.values(platform.parts).map(
        (part) => `${names[part.name as 'nats']} ${part.version}`,
      );
      return [...servers, `Node ${process.version}`].join(', ');
    },
    async stop() {
      await pool.end();
      await platform.stop();
      await clear();
    },
  };
}
