/** The facts of the deployment that are given, not ours to choose. */

export const namespace = 'storm';

export const files = [
  'kustomization.yaml',
  'namespace.yaml',
  'secrets.yaml',
  'postgres-user.yaml',
  'postgres-message.yaml',
  'nats.yaml',
  'redis.yaml',
  'minio.yaml',
  'gateway-service.yaml',
  'user-service.yaml',
  'message-service.yaml',
  'media-service.yaml',
  'notification-service.yaml',
];

const small = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } };
const large = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '250m', memory: '256Mi' } };
const health = { path: '/health', initialDelaySeconds: 5, periodSeconds: 5 };

/** A literal value, or [Secret, key]. */
type Source = string | readonly [secret: string, key: string];

const database = (host: string, name: string): Record<string, Source> => ({
  DB_HOST: host,
  DB_PORT: '5432',
  DB_USER: ['postgres-credentials', 'POSTGRES_USER'],
  DB_PASSWORD: ['postgres-credentials', 'POSTGRES_PASSWORD'],
  DB_NAME: name,
});
const bus = { NATS_URL: 'nats://nats:4222' };

export interface SpecifiedService {
  name: string;
  port: number;
  nodePort?: number;
  readiness: typeof health;
  resources: typeof small;
  env: Record<string, Source>;
}

export const services: SpecifiedService[] = [
  {
    name: 'gateway',
    port: 8080,
    nodePort: 30080,
    readiness: health,
    resources: small,
    env: { ...bus, REDIS_URL: 'redis://redis:6379', USER_SERVICE_URL: 'http://user-service:3000' },
  },
  {
    name: 'user',
    port: 3000,
    readiness: { path: '/', initialDelaySeconds: 10, periodSeconds: 5 },
    resources: large,
    env: database('postgres-user', 'user_db'),
  },
  {
    name: 'message',
    port: 8080,
    readiness: health,
    resources: small,
    env: { ...bus, ...database('postgres-message', 'message_db') },
  },
  {
    name: 'media',
    port: 8080,
    readiness: health,
    resources: small,
    env: {
      ...bus,
      MINIO_ENDPOINT: 'minio:9000',
      MINIO_ACCESS_KEY: ['minio-credentials', 'MINIO_ROOT_USER'],
      MINIO_SECRET_KEY: ['minio-credentials', 'MINIO_ROOT_PASSWORD'],
    },
  },
  { name: 'notification', port: 8080, readiness: health, resources: small, env: bus },
];

export const infrastructure = [
  {
    name: 'postgres-user',
    image: 'postgres:15-alpine',
    pinned: /^postgres:15\.\d+-alpine$/,
    ports: [5432],
    claim: { name: 'postgres-user-pvc', storage: '1Gi' },
    database: 'user_db',
  },
  {
    name: 'postgres-message',
    image: 'postgres:15-alpine',
    pinned: /^postgres:15\.\d+-alpine$/,
    ports: [5432],
    claim: { name: 'postgres-message-pvc', storage: '1Gi' },
    database: 'message_db',
  },
  { name: 'redis', image: 'redis:alpine', pinned: /^redis:\d+\.\d+(\.\d+)?-alpine$/, ports: [6379] },
  { name: 'nats', image: 'nats:latest', pinned: /^nats:2\.\d+\.\d+-alpine$/, ports: [4222, 8222] },
  {
    name: 'minio',
    image: 'minio/minio',
    pinned: /^quay\.io\/minio\/minio:RELEASE\.[\dTZ-]+$/,
    ports: [9000, 9001],
    claim: { name: 'minio-pvc', storage: '2Gi' },
  },
];

export const secrets: Record<string, string[]> = {
  'postgres-credentials': ['POSTGRES_USER', 'POSTGRES_PASSWORD'],
  'minio-credentials': ['MINIO_ROOT_USER', 'MINIO_ROOT_PASSWORD'],
};
