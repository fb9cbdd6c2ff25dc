import { spawn } from 'node:child_process';

export interface Outcome {
  code: number | null;
  output: string;
}

/** Runs a program to its end. @param onLine given each line that it prints, of both streams */
export function runCommand(
  program: string,
  args: readonly string[],
  options: {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    onLine?: (line: string) => void;
    timeoutMs?: number;
  } = {},
): Promise<Outcome> {
  const { cwd, env, onLine = () => undefined, timeoutMs = 600_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
      stream.on('end', () => rest !== '' && onLine(rest));
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}
