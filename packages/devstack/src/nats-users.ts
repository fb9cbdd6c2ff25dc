import { type ServiceName, serviceNames } from './all-services.ts';

const passwords = Object.fromEntries(serviceNames.map((name) => [name, `${name}-local`])) as Record<
  ServiceName,
  string
>;

const env = Object.fromEntries(
  serviceNames.map((name) => [`NATS_${name.toUpperCase()}_PASSWORD`, passwords[name]]),
);

/** The users of infra/nats/users.conf, with passwords for this machine only, and as that file reads them. */
export const natsUsers = { passwords, env };
