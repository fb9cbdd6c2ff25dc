import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type ControlGroup, createControlGroup, findControlGroupFault } from './control-group.ts';

const mebibyte = 1_048_576;
const fault = await findControlGroupFault();

/** Runs a script inside the group and resolves with the signal that ended it, if one did. */
async function runInside(group: ControlGroup, script: string): Promise<NodeJS.Signals | null> {
  const join = group.joinFiles.map((file) => `echo $$ > "${file}"`).join(' && ');
  const child = spawn('sh', ['-c', `${join} && exec "${process.execPath}" -e "${script}"`], {
    stdio: 'ignore',
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal;
}

const fillMemory = (bytes: number): string =>
  `const held = []; for (let i = 0; i < ${bytes / mebibyte}; i++) held.push(Buffer.alloc(${mebibyte}, 1));`;

describe('a control group', () => {
  if (fault !== null) {
    it(`cannot be made here, and the reason is told: ${fault}`, () => {
      expect(fault).toMatch(/^no control groups here: ./);
    });
    return;
  }

  it('ends a process that takes more memory than allowed, and counts it', async () => {
    const group = createControlGroup('memory', { memoryBytes: 96 * mebibyte });
    const signal = await runInside(group, fillMemory(256 * mebibyte));
    const { oomKills, peakBytes } = group.readUsage();
    await group.remove();
    expect({ signal, oomKills }).toEqual({ signal: 'SIGKILL', oomKills: 1 });
    expect(peakBytes).toBeLessThanOrEqual(96 * mebibyte);
  });

  it('lets a process within its memory end by itself, and tells the peak', async () => {
    const group = createControlGroup('roomy', { memoryBytes: 512 * mebibyte });
    const signal = await runInside(group, fillMemory(64 * mebibyte));
    const { oomKills, peakBytes } = group.readUsage();
    await group.remove();
    expect({ signal, oomKills }).toEqual({ signal: null, oomKills: 0 });
    expect(peakBytes).toBeGreaterThan(64 * mebibyte);
  });

  it('holds a busy process back and tells for how long', async () => {
    const group = createControlGroup('cpu', { millicores: 100 });
    // By CPU time, not by the clock: on a busy machine it gets little either way.
    await runInside(group, 'while (process.cpuUsage().user < 200_000);');
    const { cpuSeconds, throttledSeconds } = group.readUsage();
    await group.remove();
    expect(cpuSeconds).toBeGreaterThan(0.2);
    expect(throttledSeconds).toBeGreaterThan(0);
  });
});
