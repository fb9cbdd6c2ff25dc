import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl } from './kubectl.ts';
import type { Report } from './report.ts';
import { runCommand } from './run-command.ts';

export const serviceNames = ['gateway', 'user', 'message', 'media', 'notification'] as const;
const engines = ['docker', 'podman', 'nerdctl'] as const;

export interface ImageSettings {
  root: string;
  /** Further arguments of every build, e.g. `--network host`. */
  buildArgs: readonly string[];
  /**
   * A program that is called with an image's name and an archive of it (`docker save`) and brings it into the cluster.
   * Default: what k3d or kind has for it, by the name of the context.
   */
  importCommand: string | undefined;
}

/** Builds the images and brings them into the cluster, where an engine answers; else the cluster's own are used. */
export async function provideImages(settings: ImageSettings, report: Report): Promise<void> {
  report.title('Images');
  const engine = await findEngine();
  if (engine === null)
    return report.line('no container engine answers here: those that the cluster has are used');
  const bring = await findImport(settings, engine);
  if (bring === null) {
    return report.line(
      'nothing known brings images into this cluster (STORM_IMAGE_IMPORT): those that it has are used',
    );
  }
  const startedAt = performance.now();
  const outcomes = await Promise.all(serviceNames.map((name) => build(engine, name, settings)));
  for (const { code, output } of outcomes) {
    if (code !== 0) throw new Error(`an image could not be built:\n${output.slice(-4_000)}`);
  }
  report.line(`five images built in parallel by ${engine} in ${secondsSince(startedAt)} s`);
  await printSizes(engine, report);
  const importedAt = performance.now();
  await bring(serviceNames.map(imageOf));
  report.line(`brought into the cluster in ${secondsSince(importedAt)} s`);
}

const imageOf = (name: string): string => `storm/${name}-service:latest`;
const secondsSince = (ms: number): string => ((performance.now() - ms) / 1_000).toFixed(1);

async function findEngine(): Promise<string | null> {
  for (const engine of engines) {
    const outcome = await runCommand(engine, ['version'], { timeoutMs: 20_000 }).catch(() => null);
    if (outcome?.code === 0) return engine;
  }
  return null;
}

const build = (engine: string, name: string, { root, buildArgs }: ImageSettings) =>
  runCommand(engine, ['build', ...buildArgs, '-t', imageOf(name), '-f', `services/${name}/Dockerfile`, '.'], {
    cwd: root,
    timeoutMs: 1_200_000,
  });

/** Each service's own layers are those above the base image, which all share. */
async function printSizes(engine: string, report: Report): Promise<void> {
  const rows = [['image', 'own layers', 'whole']];
  for (const name of serviceNames) {
    const { output } = await runCommand(engine, [
      'history',
      '--human=false',
      '--format',
      '{{.Size}} {{.CreatedBy}}',
      imageOf(name),
    ]);
    const layers = output
      .trim()
      .split('\n')
      .map((line) => ({ bytes: Number(line.split(' ', 1)[0]), by: line }));
    // Ours begin at the first instruction of the last stage; history lists the newest first.
    const first = layers.findIndex(({ by }) => by.includes('LABEL org.opencontainers.image'));
    const sum = (some: typeof layers): string =>
      `${(some.reduce((all, { bytes }) => all + bytes, 0) / 2 ** 20).toFixed(1)} MiB`;
    rows.push([imageOf(name), sum(layers.slice(0, first + 1)), sum(layers)]);
  }
  report.table(rows);
}

type Bring = (images: readonly string[]) => Promise<void>;

async function findImport({ importCommand }: ImageSettings, engine: string): Promise<Bring | null> {
  if (importCommand !== undefined) return (images) => importArchives(importCommand, engine, images);
  const context = (await kubectl(['config', 'current-context'])).trim();
  const [, tool, cluster] = /^(k3d|kind)-(.+)$/.exec(context) ?? [];
  if (tool === 'k3d') return (images) => must('k3d', ['image', 'import', '-c', cluster ?? '', ...images]);
  if (tool === 'kind')
    return (images) => must('kind', ['load', 'docker-image', '--name', cluster ?? '', ...images]);
  return null;
}

async function importArchives(command: string, engine: string, images: readonly string[]): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'storm-images-'));
  try {
    for (const image of images) {
      const archive = join(directory, 'image.tar');
      await must(engine, ['save', image, '-o', archive]);
      await must(command, [image, archive]);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function must(program: string, args: readonly string[]): Promise<void> {
  const { code, output } = await runCommand(program, args);
  if (code !== 0) throw new Error(`${program} ${args[0]}: ${output.slice(-2_000)}`);
}
