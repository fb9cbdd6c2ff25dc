/** "linux-amd64", as release files of Go programs are named; null for a system that they are not built for. */
export function releaseTarget(): string | null {
  const systems: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' };
  const architectures: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };
  const system = systems[process.platform];
  const architecture = architectures[process.arch];
  return system && architecture ? `${system}-${architecture}` : null;
}
