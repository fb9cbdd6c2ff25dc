import { releaseTarget } from './release-target.ts';

const GO = '1.26.8';

/** What to type so that Go is there to build with. */
export function installGoCommand(): string {
  if (process.platform === 'darwin') return 'brew install go';
  const target = releaseTarget();
  if (target === null)
    return 'install Go 1.24 or newer (https://go.dev/dl), then run the same command again.';
  return (
    `curl -fL https://go.dev/dl/go${GO}.${target}.tar.gz | sudo tar -xz -C /usr/local && ` +
    'export PATH=$PATH:/usr/local/go/bin (Go, to build it with), then run the same command again.'
  );
}
