import { kubectl, namespace } from './kubectl.ts';

const mark = 'storm.test/made-by';
const maker = 'npm-run-k8s-test';

async function find(): Promise<{ isOurs: boolean } | null> {
  const text = await kubectl(['get', 'namespace', namespace, '--ignore-not-found', '-o', 'json']);
  if (text.trim() === '') return null;
  const { metadata } = JSON.parse(text) as { metadata: { annotations?: Record<string, string> } };
  return { isOurs: metadata.annotations?.[mark] === maker };
}

/** Makes the namespace with a mark, anew. @throws when there is one that this suite did not make */
export async function claimNamespace(): Promise<void> {
  const found = await find();
  if (found?.isOurs === false) {
    throw new Error(
      `the namespace ${namespace} is there and was not made by this suite: what is in it may be somebody's. ` +
        `Use another cluster, or remove it yourself: kubectl delete namespace ${namespace}`,
    );
  }
  if (found !== null) await removeNamespace();
  const manifest = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, annotations: { [mark]: maker } },
  };
  // create, not apply: whoever makes one at the same moment keeps it.
  await kubectl(['create', '-f', '-'], { input: JSON.stringify(manifest) });
}

/** @throws when there is none that this suite made */
export async function requireOwnNamespace(): Promise<void> {
  if ((await find())?.isOurs !== true) throw new Error(`no namespace ${namespace} of this suite is there`);
}

/** With everything in it, if this suite made it. */
export async function removeNamespace(): Promise<void> {
  if ((await find())?.isOurs !== true) return;
  await kubectl(['delete', 'namespace', namespace, '--wait=true', '--timeout=170s']);
}
