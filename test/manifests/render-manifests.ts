import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { goTool } from './go-tool.ts';
import type { Manifest } from './manifest.ts';
import { repositoryRoot } from './repository-root.ts';

const runFile = promisify(execFile);
/** The one inside kubectl 1.32. */
const kustomizeVersion = 'v5.5.0';

let renderer: Promise<readonly string[]> | undefined;

/** What `kubectl apply -k directory` would send, without a cluster. @param directory absolute, or from the root of the repository */
export async function renderManifests(directory: string): Promise<Manifest[]> {
  renderer ??= findRenderer();
  const [program = '', ...args] = await renderer;
  const { stdout } = await runFile(program, [...args, resolve(repositoryRoot, directory)], {
    maxBuffer: 8 << 20,
  });
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

async function findRenderer(): Promise<readonly string[]> {
  const onPath = [
    ['kubectl', 'kustomize'],
    ['kustomize', 'build'],
  ] as const;
  for (const command of onPath) {
    if (await answers(command[0], ['version', ...(command[0] === 'kubectl' ? ['--client'] : [])]))
      return command;
  }
  try {
    return [await goTool('kustomize', 'sigs.k8s.io/kustomize/kustomize/v5', kustomizeVersion), 'build'];
  } catch (cause) {
    throw new Error(
      'Nothing here renders the manifests: no kubectl, no kustomize, and kustomize cannot be built with Go. ' +
        'Install kubectl (https://kubernetes.io/docs/tasks/tools) or Go 1.24 (https://go.dev/dl), then run the tests again.',
      { cause },
    );
  }
}

const answers = (program: string, args: string[]): Promise<boolean> =>
  runFile(program, args).then(
    () => true,
    () => false,
  );
