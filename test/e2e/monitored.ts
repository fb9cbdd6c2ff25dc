import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { World } from './world.ts';

const directory = new URL('../../infra/k8s/components/monitoring/', import.meta.url);
/** Prometheus' own, not a service's. */
const metaMetrics = ['up'];
const metricName = /\b(storm|process|nodejs)_[a-z0-9_]+|\bup\b/g;

async function namedMetrics(): Promise<string[]> {
  const dashboard = await readFile(new URL('storm.json', directory), 'utf8');
  const alerts = await readFile(new URL('alerts.yaml', directory), 'utf8');
  const targets = (JSON.parse(dashboard) as { panels: { targets: { expr: string }[] }[] }).panels;
  const { spec } = parse(alerts) as { spec: { groups: { rules: { expr: string }[] }[] } };
  const expressions = [
    ...targets.flatMap((panel) => panel.targets.map(({ expr }) => expr)),
    ...spec.groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
  ];
  return [...new Set(expressions.flatMap((expr) => expr.match(metricName) ?? []))];
}

/** Names of the series, as Prometheus would store them. */
async function servedMetrics(urls: readonly string[]): Promise<Set<string>> {
  const names = new Set(metaMetrics);
  for (const url of urls) {
    const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })).text();
    for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
      const series = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      for (const suffix of series) names.add(`${name}${suffix}`);
    }
  }
  return names;
}

export function monitored(world: () => World): void {
  describe('whoever runs the platform', () => {
    test('finds every metric that the alerts and the dashboard name', async () => {
      const served = await servedMetrics(world().platform.processes.map(({ url }) => url));
      const named = await namedMetrics();
      expect(named.length).toBeGreaterThan(15);
      expect(named.filter((name) => !served.has(name))).toEqual([]);
    });
  });
}
