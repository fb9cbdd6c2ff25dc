import { type ServiceName, serviceNames } from '../services.ts';
import { permissionsOf } from './permissions.ts';

const head = `# Generated from packages/contracts by \`npm run generate\`: who may publish and hear what.
# One user per service. nats-server reads each password as a value of this syntax: begin it with a letter and keep to
# letters, digits, "-" and "_".

accounts {
  STORM {
    jetstream: enabled
    users: [
`;

const tail = `    ]
  }
}
`;

/** The text of infra/nats/users.conf. */
export const renderNatsUsers = (): string => head + serviceNames.map(renderUser).join('') + tail;

function renderUser(service: ServiceName): string {
  const { publish, denyPublish, subscribe } = permissionsOf(service);
  return `      {
        user: ${service}
        password: $NATS_${service.toUpperCase()}_PASSWORD
        permissions: {
          publish: {
            allow: ${renderList(publish)}
            deny: ${renderList(denyPublish)}
          }
          subscribe: {
            allow: ${renderList(subscribe)}
          }
        }
      }
`.replace(/ {12}deny: \[\]\n/, '');
}

function renderList(subjects: readonly string[]): string {
  if (subjects.length === 0) return '[]';
  const lines = subjects.map((subject) => `              "${subject}"\n`);
  return `[\n${lines.join('')}            ]`;
}
