import { join } from 'node:path';
import { provideImages } from './images.ts';
import { kubectl } from './kubectl.ts';
import { removeNamespace, requireOwnNamespace } from './own-namespace.ts';
import { apply } from './parts/apply.ts';
import { limits } from './parts/limits.ts';
import { podsLost } from './parts/pods-lost.ts';
import { policies } from './parts/policies.ts';
import { rollback, rolling } from './parts/rolling.ts';
import { use } from './parts/use.ts';
import { createReport } from './report.ts';
import { readSettings } from './settings.ts';

/**
 * npm run k8s:test [-- PART...] [--keep] [--no-images]: the whole deployment on the cluster that KUBECONFIG names.
 * Without a part all of them run, each on what the one before it left. Parts named run on a namespace that an earlier
 * run kept, or, with `apply` first, on a new one.
 */
const parts = { apply, use, limits, rolling, rollback, 'pods-lost': podsLost, policies } as const;
type PartName = keyof typeof parts;
const isPart = (name: string): name is PartName => name in parts;

const given = process.argv.slice(2);
const flags = new Set(given.filter((one) => one.startsWith('--')));
const named = given.filter((one) => !one.startsWith('--'));
const unknown = [
  ...named.filter((one) => !isPart(one)),
  ...[...flags].filter((one) => !['--keep', '--no-images'].includes(one)),
];
if (unknown.length > 0) {
  console.error(
    `unknown: ${unknown.join(' ')}; parts: ${Object.keys(parts).join(' ')}; flags: --keep --no-images`,
  );
  process.exit(2);
}
const chosen = named.length === 0 ? (Object.keys(parts) as PartName[]) : named.filter(isPart);
const settings = readSettings(process.env);
const report = createReport();

try {
  const versions = JSON.parse(await kubectl(['version', '-o', 'json'])) as Record<
    'clientVersion' | 'serverVersion',
    { gitVersion: string }
  >;
  report.line(
    `Kubernetes ${versions.serverVersion.gitVersion}, kubectl ${versions.clientVersion.gitVersion}, Node ${process.version}`,
  );
  if (chosen.includes('apply') && !flags.has('--no-images')) await provideImages(settings, report);
  if (chosen[0] !== 'apply') await requireOwnNamespace();
  for (const name of chosen) await parts[name]({ report, baseUrl: settings.baseUrl, root: settings.root });
} catch (error) {
  report.check(false, error instanceof Error ? error.message : String(error));
  console.error(error);
} finally {
  if (!flags.has('--keep')) await removeNamespace();
}
const file = await report.save(join(settings.root, '.storm', 'k8s'), chosen.join('-'));
console.log(`\n${report.failed === 0 ? 'PASS' : `FAIL (${report.failed})`}; the report is in ${file}`);
// Where a part failed, its clients may still be talking.
process.exit(report.failed === 0 ? 0 : 1);
