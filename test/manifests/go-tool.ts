import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '@storm/devstack';

const runFile = promisify(execFile);

/**
 * Path of a Go program, built at most once per user.
 * @param program the name that `go install` gives the binary
 * @throws where Go is missing or the build fails
 */
export async function goTool(program: string, modulePath: string, version: string): Promise<string> {
  const kept = join(cacheDir(), `${modulePath.replaceAll('/', '-')}-${version}`, program);
  if (
    await access(kept).then(
      () => true,
      () => false,
    )
  )
    return kept;
  await mkdir(cacheDir(), { recursive: true });
  const building = await mkdtemp(join(cacheDir(), 'building-'));
  try {
    const env = { ...process.env, GOBIN: building, CGO_ENABLED: '0' };
    await runFile('go', ['install', `${modulePath}@${version}`], { env, cwd: building });
    await mkdir(join(kept, '..'), { recursive: true });
    await rename(join(building, program), kept);
    return kept;
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}
