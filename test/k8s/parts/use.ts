import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import type { Scene } from '../scene.ts';

/** The demo and the end-to-end suite, both as any client: through the port. */
export async function use({ report, baseUrl, root }: Scene): Promise<void> {
  report.title('The demo');
  const demo = await runCommand(process.execPath, ['test/demo/run.mjs'], {
    cwd: root,
    env: { STORM_URL: baseUrl, NO_COLOR: '1' },
    onLine: (line) => report.line(line),
    timeoutMs: 120_000,
  });
  report.check(demo.code === 0, 'the demo');

  report.title('The end-to-end suite');
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const suite = await runCommand(
    process.execPath,
    [...flags, jest, '--config', 'jest.cluster.config.js', '--verbose', '--runInBand'],
    {
      cwd: join(root, 'test'),
      env: { STORM_URL: baseUrl, NO_COLOR: '1' },
      onLine: (line) => {
        if (/[✓✕●]|^(PASS|FAIL|Tests:)/.test(line)) report.line(line);
      },
      timeoutMs: 420_000,
    },
  );
  if (suite.code !== 0) report.line(suite.output.slice(-6_000));
  report.check(suite.code === 0, 'the end-to-end suite through the port');
}
