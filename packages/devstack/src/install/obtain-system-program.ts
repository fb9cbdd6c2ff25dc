import { join } from 'node:path';
import type { OnProgress } from '../progress.ts';
import { cacheDir } from './cache-dir.ts';
import { findOnPath, type PathRule } from './find-on-path.ts';
import { withInstallLock } from './install-lock.ts';
import type { Binary } from './obtain-binary.ts';
import { PartUnavailable } from './part-unavailable.ts';
import { installSystemPackage, type SystemPackage } from './system-package.ts';

export interface SystemProgram {
  onPath: PathRule;
  package: SystemPackage;
  nextCommand: string;
}

/**
 * The program from PATH, after its package was installed by the system's package manager if need be.
 *
 * @throws PartUnavailable with what was tried and the next command.
 */
export async function obtainSystemProgram(
  { onPath, package: systemPackage, nextCommand }: SystemProgram,
  { name, onProgress }: { name: string; onProgress: OnProgress },
): Promise<Binary> {
  const found = await findOnPath(onPath);
  if (found) return found;
  const tell = (text: string) => onProgress({ name, step: 'installing', text });
  return withInstallLock(join(cacheDir(), `${name}.lock`), tell, async () => {
    const meanwhile = await findOnPath(onPath);
    if (meanwhile) return meanwhile;
    const startedAt = performance.now();
    const fault = await installSystemPackage(systemPackage, tell).then(
      () => 'its package was installed, but holds no program that is new enough',
      (error: Error) => error.message,
    );
    const installed = await findOnPath(onPath);
    if (!installed) throw new PartUnavailable(name, [onPath.missing, fault], nextCommand);
    const tookMs = performance.now() - startedAt;
    onProgress({ name, step: 'installed', text: `${installed.version} installed by the system`, tookMs });
    return installed;
  });
}
