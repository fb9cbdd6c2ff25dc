import { type Platform, type PlatformOptions, startPlatform } from '@storm/devstack';
import pg from 'pg';
import { copyProduct, type ProductCopy } from './product-copy.ts';

export type StageOptions = Omit<Partial<PlatformOptions>, 'ports' | 'root' | 'onLog' | 'onProgress'>;

/** The platform that a proof plays on: real servers, two gateways, two message services. */
export interface Stage {
  readonly platform: Platform;
  readonly product: ProductCopy;
  /** Of the gateways. */
  readonly urls: readonly string[];
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

export async function startStage(options: StageOptions): Promise<Stage> {
  const product = await copyProduct();
  let platform: Platform;
  try {
    platform = await startPlatform({
      ports: 'random',
      services: ['gateway', 'user', 'message'],
      gateways: 2,
      messages: 2,
      ...options,
      root: product.root,
      env: {
        ...options.env,
        gateway: { ...crowdLimits, ACCEPTED_AFTER_MS: '2000', ...options.env?.gateway },
      },
    });
  } catch (error) {
    await product.remove();
    throw error;
  }
  const { host, port, user, password } = platform.part('postgres');
  const pool = new pg.Pool({ host, port, user, password, database: 'message_db', max: 2 });
  // A killed server breaks it; the query that meets that fails by itself.
  pool.on('error', () => undefined);
  return {
    platform,
    product,
    urls: platform.processes.filter(({ name }) => name.startsWith('gateway')).map(({ url }) => url),
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
      await product.remove();
    },
  };
}
