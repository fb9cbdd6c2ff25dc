import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { allowedEdges } from '../../manifests/allowed-edges.ts';
import { inStorm, kubectl } from '../kubectl.ts';
import type { Scene } from '../scene.ts';
import { tryEdges } from '../try-edges.ts';
import { sleep } from '../wait-until.ts';
import { use } from './use.ts';

const allowed = new Set(allowedEdges);

/** Every pair of workloads is tried, without policies and with them. */
export async function policies(scene: Scene): Promise<void> {
  const { report, root } = scene;
  report.title('Network policies');
  const before = await tryEdges(['nobody']);
  report.check(
    before.every(({ isOpen }) => isOpen),
    `without policies a pod of no role reaches ${before.filter(({ isOpen }) => isOpen).length} of ${before.length} ports`,
  );
  const folder = join(root, 'infra/k8s/components/network-policies');
  const files =
    /resources:\n((?: {2}- .*\n)+)/.exec(await readFile(join(folder, 'kustomization.yaml'), 'utf8'))?.[1] ??
    '';
  for (const [, file = ''] of files.matchAll(/- (\S+)/g)) await inStorm(['apply', '-f', join(folder, file)]);
  await sleep(5_000);
  const tried = await tryEdges([
    'nobody',
    'gateway-service',
    'user-service',
    'message-service',
    'media-service',
    'notification-service',
  ]);
  const wrong = tried.filter(({ from, to, isOpen }) => isOpen !== allowed.has(`${from} -> ${to}`));
  const open = tried.filter(({ isOpen }) => isOpen).map(({ from, to }) => `${from} -> ${to}`);
  report.line(`open: ${open.join(', ')}`);
  for (const { from, to, isOpen } of wrong)
    report.line(`${from} -> ${to} is ${isOpen ? 'open' : 'closed'} and should not be`);
  report.check(
    wrong.length === 0,
    `of ${tried.length} pairs tried, ${open.length} are open, and only those that are named`,
  );
  await use(scene);
  await kubectl(['-n', 'storm', 'delete', 'networkpolicies', '--all']);
}
