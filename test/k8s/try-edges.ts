import { inStorm } from './kubectl.ts';
import { waitUntil } from './wait-until.ts';

export interface TriedEdge {
  from: string;
  /** `service:port` */
  to: string;
  isOpen: boolean;
}

const targets = [
  'gateway-service:8080',
  'user-service:3000',
  'message-service:8080',
  'media-service:8080',
  'notification-service:8080',
  'postgres-user:5432',
  'postgres-message:5432',
  'nats:4222',
  'nats:8222',
  'redis:6379',
  'minio:9000',
  'minio:9001',
];

/** By address: a name that cannot be looked up would look like a port that is closed. */
const script = `
const { connect } = require('node:net');
const ask = (to, host, port) => new Promise((resolve) => {
  const socket = connect({ host, port: Number(port), timeout: 3000 });
  const end = (isOpen) => { socket.destroy(); resolve({ to, isOpen }); };
  socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
});
// A policy takes a moment to hold for a pod that is new.
setTimeout(() => Promise.all(process.argv.slice(1).map((one) => { const [to, host, port] = one.split('='); return ask(to, host, port); }))
  .then((answers) => console.log(JSON.stringify(answers))), 6000);
`;

/** Tries every port of the platform from a pod of each role; `nobody` has none. */
export async function tryEdges(roles: readonly string[]): Promise<TriedEdge[]> {
  const addresses = await Promise.all(
    targets.map(async (target) => {
      const [service = '', port = ''] = target.split(':');
      const address = await inStorm(['get', 'service', service, '-o', 'jsonpath={.spec.clusterIP}']);
      return `${target}=${address}=${port}`;
    }),
  );
  const tried = await Promise.all(roles.map((role) => tryFrom(role, addresses)));
  return tried.flat();
}

async function tryFrom(role: string, addresses: readonly string[]): Promise<TriedEdge[]> {
  const name = `try-from-${role}`;
  await inStorm(['apply', '-f', '-'], { input: JSON.stringify(podOf(name, role, addresses)) });
  try {
    await waitUntil(`${name} to end`, 90_000, async () => {
      const phase = await inStorm(['get', 'pod', name, '-o', 'jsonpath={.status.phase}']);
      if (phase === 'Failed') throw new Error(await inStorm(['logs', name]));
      return phase === 'Succeeded';
    });
    const answers = JSON.parse(await inStorm(['logs', name])) as { to: string; isOpen: boolean }[];
    return answers.map((answer) => ({ from: role, ...answer }));
  } finally {
    await inStorm(['delete', 'pod', name, '--wait=false', '--grace-period=1']);
  }
}

const podOf = (name: string, role: string, addresses: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: role === 'nobody' ? {} : { 'app.kubernetes.io/name': role } },
  spec: {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 1_000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'try',
        image: 'storm/gateway-service:latest',
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '-e', script, ...addresses],
        // It carries the label of a role and must never be given that role's traffic.
        readinessProbe: { exec: { command: ['false'] } },
        resources: { requests: { cpu: '10m', memory: '48Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  },
});
