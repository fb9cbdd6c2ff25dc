import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceNames } from '@storm/devstack';

/** The services as they are in their images. */
export interface Images {
  /** For `startPlatform`. */
  readonly root: string;
  entry(service: string): string;
  remove(): void;
}

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** What is measured is what is deployed: bundled, which takes a third less memory and starts in half the time. */
export function buildImages(): Images {
  const root = mkdtempSync(join(tmpdir(), 'storm-images-'));
  const services = join(root, 'services');
  const build = join(repository, 'services', 'build.mjs');
  execFileSync(process.execPath, [build, services, ...serviceNames, 'web'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  symlinkSync(join(repository, 'infra'), join(root, 'infra'));
  return {
    root,
    entry: (service) => join(services, service, 'dist', 'main.js'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
