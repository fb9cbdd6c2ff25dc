import { allowedEdges } from './allowed-edges.ts';
import type { NetworkEdge } from './manifest.ts';
import { renderComponents } from './render-components.ts';

const cluster = await renderComponents(['network-policies']);
const policies = cluster.ofKind('NetworkPolicy');
const names = cluster.workloads.map(({ metadata }) => metadata.name);
const nameLabel = 'app.kubernetes.io/name';

const edges = [...allowedEdges, 'nats -> nats:6222'].sort();

const peersOf = (edge: NetworkEdge, end: 'from' | 'to'): string[] =>
  (edge[end] ?? []).flatMap(({ podSelector, namespaceSelector }) =>
    namespaceSelector === undefined ? [podSelector?.matchLabels[nameLabel] ?? '?'] : [],
  );
const edgesOf = (name: string, end: 'from' | 'to'): string[] => {
  const spec = policies.find(({ metadata }) => metadata.name === name)?.spec;
  const rules = (end === 'from' ? spec?.ingress : spec?.egress) ?? [];
  return rules.flatMap((rule) =>
    peersOf(rule, end).flatMap((peer) =>
      rule.ports.map(({ port }) =>
        end === 'from' ? `${peer} -> ${name}:${port}` : `${name} -> ${peer}:${port}`,
      ),
    ),
  );
};

test('what is not allowed is denied to every pod, in both directions', () => {
  expect(cluster.get('NetworkPolicy', 'default-deny').spec).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
  });
});

test.each(names)('%s has a policy of its own', (name) => {
  const { spec } = cluster.get('NetworkPolicy', name);
  expect(spec?.podSelector).toEqual({ matchLabels: { [nameLabel]: name } });
  expect(spec?.policyTypes).toEqual(['Ingress', 'Egress']);
});

test('the edges are those that are named, at both of their ends', () => {
  expect(names.flatMap((name) => edgesOf(name, 'to')).sort()).toEqual(edges);
  expect(names.flatMap((name) => edgesOf(name, 'from')).sort()).toEqual(edges);
});

test('only the gateway is open to whoever comes', () => {
  const open = policies.filter(({ spec }) => spec?.ingress?.some(({ from }) => from === undefined));
  expect(open.map(({ metadata }) => metadata.name)).toEqual(['gateway-service']);
});

test('every port that is let in is one that its workload listens on', () => {
  for (const name of names) {
    const listens = cluster.container(name).ports?.map(({ containerPort }) => containerPort) ?? [];
    const admitted = edgesOf(name, 'from').map((edge) => Number(edge.split(':')[1]));
    expect([...listens, 6222]).toEqual(expect.arrayContaining(admitted));
  }
});
