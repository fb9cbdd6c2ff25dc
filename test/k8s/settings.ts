import { fileURLToPath } from 'node:url';

export interface Settings {
  /** The gateway as a client reaches it. */
  baseUrl: string;
  buildArgs: string[];
  importCommand: string | undefined;
  root: string;
}

/** `STORM_URL`, `STORM_IMAGE_BUILD_ARGS` (separated by spaces) and `STORM_IMAGE_IMPORT`. */
export function readSettings(source: NodeJS.ProcessEnv): Settings {
  return {
    baseUrl: source.STORM_URL ?? 'http://localhost:30080',
    buildArgs: (source.STORM_IMAGE_BUILD_ARGS ?? '').split(' ').filter((one) => one !== ''),
    importCommand: source.STORM_IMAGE_IMPORT,
    // From test/dist/k8s.
    root: fileURLToPath(new URL('../../..', import.meta.url)),
  };
}
