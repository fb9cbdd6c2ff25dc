import { readFile } from 'node:fs/promises';
import { routeContracts } from '@storm/contracts';
import { renderOpenapi } from './render-openapi.ts';

const committed = new URL('../../../../docs/openapi.json', import.meta.url);

test('docs/openapi.json is what the contracts say (else: node services/gateway/dist/openapi.js)', async () => {
  expect(await renderOpenapi()).toBe(await readFile(committed, 'utf8'));
});

test('every route is described, with its security', async () => {
  const { paths } = JSON.parse(await renderOpenapi()) as {
    paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>;
  };
  const described = Object.values(paths).flatMap((methods) => Object.values(methods));
  expect(described.map(({ operationId }) => operationId).sort()).toEqual(
    routeContracts.map(({ name }) => name).sort(),
  );
  for (const { operationId, security } of described) {
    const contract = routeContracts.find(({ name }) => name === operationId);
    expect(security).toHaveLength(contract?.auth === 'bearer' ? 1 : 0);
  }
});
