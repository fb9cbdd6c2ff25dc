/** Every edge between two workloads that may be used; whatever is not here is blocked. */
export const allowedEdges = [
  'gateway-service -> user-service:3000',
  'gateway-service -> nats:4222',
  'gateway-service -> redis:6379',
  'gateway-service -> minio:9000',
  'user-service -> postgres-user:5432',
  'user-service -> nats:4222',
  'message-service -> postgres-message:5432',
  'message-service -> nats:4222',
  'media-service -> nats:4222',
  'media-service -> minio:9000',
  'notification-service -> postgres-message:5432',
  'notification-service -> nats:4222',
];
