import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { goTool } from './go-tool.ts';
import { repositoryRoot } from './repository-root.ts';

const runFile = promisify(execFile);
const file = join(repositoryRoot, 'docker-compose.yml');

export interface ComposeService {
  image: string;
  build?: { dockerfile: string };
  command?: string[];
  environment?: Record<string, string | number>;
  ports?: unknown[];
  mem_limit: string | number;
  read_only: boolean;
  cap_drop: string[];
  tmpfs?: string[];
  healthcheck: { test?: string[]; disable?: boolean };
  depends_on?: Record<string, { condition: string }>;
}

export interface ComposeFile {
  /** Who read it; only the last of the three does not check it against the Compose Specification. */
  readBy: 'docker compose' | 'the loader of the Compose Specification' | 'a YAML parser';
  services: Record<string, ComposeService>;
}

/** docker-compose.yml with its defaults filled in, read as strictly as this machine allows. */
export async function readCompose(): Promise<ComposeFile> {
  const { PATH, HOME, DOCKER_CONFIG } = process.env;
  const env = { PATH, HOME, ...(DOCKER_CONFIG === undefined ? {} : { DOCKER_CONFIG }) };
  const options = { cwd: repositoryRoot, env, maxBuffer: 8 << 20 };
  const emptyEnvFile = ['--env-file', '/dev/null'];
  if (await hasDockerCompose()) {
    const args = ['compose', ...emptyEnvFile, '--file', file, 'config', '--format', 'json'];
    const { stdout } = await runFile('docker', args, options);
    return { readBy: 'docker compose', ...JSON.parse(stdout) };
  }
  const loader = await goTool('cmd', 'github.com/compose-spec/compose-go/v2/cmd', 'v2.16.2').catch(
    () => undefined,
  );
  if (loader !== undefined) {
    const { stdout } = await runFile(loader, ['-format', 'json', file], { ...options, cwd: '/' });
    return { readBy: 'the loader of the Compose Specification', ...JSON.parse(stdout) };
  }
  const text = (await readFile(file, 'utf8')).replace(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll('$$', '$');
  return { readBy: 'a YAML parser', ...parse(text, { merge: true }) };
}

const hasDockerCompose = (): Promise<boolean> =>
  runFile('docker', ['compose', 'version']).then(
    () => true,
    () => false,
  );
