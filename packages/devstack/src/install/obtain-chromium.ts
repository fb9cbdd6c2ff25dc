import type { OnProgress } from '../progress.ts';
import { isAtLeast } from './find-on-path.ts';
import type { Binary } from './obtain-binary.ts';
import { obtainSystemProgram } from './obtain-system-program.ts';

const OLDEST = '114';

/** The browser that tests of the web client drive: Chromium or Chrome from PATH, else the system's package. */
export const obtainChromium = (onProgress: OnProgress = () => undefined): Promise<Binary> =>
  obtainSystemProgram(
    {
      onPath: {
        programs: ['chromium', 'chromium-browser', 'google-chrome'],
        versionArgs: ['--version'],
        accept: (output) => {
          const version = /\b(?:Chromium|Google Chrome) (\d+(?:\.\d+)*)/.exec(output)?.[1];
          return version && isAtLeast(version, OLDEST) ? version : null;
        },
        missing: `no chromium ${OLDEST} or newer on PATH`,
      },
      package: { apt: 'chromium', brew: 'chromium' },
      nextCommand:
        process.platform === 'darwin' ? 'brew install chromium' : 'sudo apt-get install -y chromium',
    },
    { name: 'chromium', onProgress },
  );
