import type { ServiceName } from '@storm/devstack';
import { connect, type NatsConnection } from 'nats';
import type { Stage } from './stage.ts';

/** As the NATS user of a service, with its rights. */
export function connectNats({ platform }: Stage, user: ServiceName): Promise<NatsConnection> {
  return connect({
    servers: platform.part('nats').url,
    user,
    pass: platform.natsUsers[user] ?? '',
    inboxPrefix: `_INBOX_${user}`,
  });
}
