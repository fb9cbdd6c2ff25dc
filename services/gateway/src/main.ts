import { createBus, createLogger, run } from '@storm/runtime';
import { createGatewayApp } from './app.ts';
import { readGatewayEnv } from './env.ts';

const env = readGatewayEnv();
const log = createLogger('gateway', env.LOG_LEVEL, env.INSTANCE_ID);

await run(log, async () => {
  const bus = createBus(
    {
      url: env.NATS_URL,
      user: env.NATS_USER,
      password: env.NATS_PASSWORD,
      name: env.INSTANCE_ID,
      inboxPrefix: '_INBOX_gateway',
    },
    log,
  );
  return createGatewayApp({ env, bus, log });
});
