import { allParts, type PartName, partNames } from './all-parts.ts';
import type { OnProgress } from './progress.ts';

/** Finds or installs the servers without starting them, so that no test has to wait for a build. */
export async function installServers(
  onProgress: OnProgress = () => undefined,
  names: readonly PartName[] = partNames,
): Promise<void> {
  for (const name of names) await allParts[name].obtain(onProgress);
}
