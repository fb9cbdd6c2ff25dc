import type { PartName, RunningPartOf } from './all-parts.ts';

export type ServiceName = 'gateway' | 'user' | 'message' | 'media' | 'notification';

/** What a service may need to know of the others. */
export interface Surroundings {
  part<Name extends PartName>(name: Name): RunningPartOf<Name>;
  serviceUrl(name: ServiceName): string;
}

export interface ServicePlan {
  /** Port of `npm run up`; a second process of the same service takes the one ten above. */
  fixedPort: number;
  /** Answers 200 once it serves. */
  healthPath: string;
  /** Of its own tables: it has a `migrate.js` beside its `main.js`. */
  database: string | null;
  parts: PartName[];
  /** The memory flags of its manifest. */
  nodeFlags: string[];
  /** Beyond what all get: PORT, LOG_LEVEL, INSTANCE_ID, NATS_*. */
  env(around: Surroundings): Record<string, string>;
}

/** What the command of an image begins with (`CMD` of its Dockerfile), before the sizes of the manifest. */
export const imageNodeFlags = (name: ServiceName): string[] => [
  '--single-threaded-gc',
  // Of what a batch leaves behind nothing lives, so the message service waits longer before it looks.
  `--heap-growing-percent=${name === 'message' ? 200 : 60}`,
  '--expose-gc',
];
const SMALL = ['--max-semi-space-size=4', '--max-old-space-size=80'];
/** Thousands of sockets are memory outside the heap too: 1.6 KiB each in the kernel alone. */
const SOCKETS = ['--max-semi-space-size=4', '--max-old-space-size=64'];
/** A batch in flight must die young: at 4 MiB much of it moves to the old space, whose collections then take a quarter of the CPU. */
const BATCHES = ['--max-semi-space-size=8', '--max-old-space-size=72'];

export const allServices: Record<ServiceName, ServicePlan> = {
  gateway: {
    fixedPort: 30_080,
    healthPath: '/health',
    database: null,
    parts: ['nats', 'redis'],
    nodeFlags: SOCKETS,
    env: ({ part, serviceUrl }) => ({ REDIS_URL: part('redis').url, USER_SERVICE_URL: serviceUrl('user') }),
  },
  user: {
    fixedPort: 30_300,
    healthPath: '/',
    database: 'user_db',
    parts: ['nats', 'postgres'],
    nodeFlags: ['--max-semi-space-size=4', '--max-old-space-size=176'],
    env: ({ part }) => databaseEnv(part('postgres'), 'user_db'),
  },
  message: {
    fixedPort: 30_301,
    healthPath: '/health',
    database: 'message_db',
    parts: ['nats', 'postgres'],
    nodeFlags: BATCHES,
    env: ({ part }) => databaseEnv(part('postgres'), 'message_db'),
  },
  media: {
    fixedPort: 30_302,
    healthPath: '/health',
    database: null,
    parts: ['nats', 'minio'],
    nodeFlags: SMALL,
    env: ({ part }) => {
      const { endpoint, accessKey, secretKey } = part('minio');
      return {
        MINIO_ENDPOINT: endpoint,
        MINIO_ACCESS_KEY: accessKey,
        MINIO_SECRET_KEY: secretKey,
      };
    },
  },
  notification: {
    fixedPort: 30_303,
    healthPath: '/health',
    database: 'message_db',
    parts: ['nats', 'postgres'],
    nodeFlags: SMALL,
    env: ({ part }) => databaseEnv(part('postgres'), 'message_db'),
  },
};

export const serviceNames = Object.keys(allServices) as ServiceName[];

/** One server with two databases stands for the two of the deployment. */
export const databases = ['user_db', 'message_db'];

function databaseEnv(postgres: RunningPartOf<'postgres'>, name: string): Record<string, string> {
  return {
    DB_HOST: postgres.host,
    DB_PORT: String(postgres.port),
    DB_USER: postgres.user,
    DB_PASSWORD: postgres.password,
    DB_NAME: name,
  };
}
