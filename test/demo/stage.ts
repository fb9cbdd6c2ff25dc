/** Where the demo is told: one line a moment, with the time since it began. */
export interface Stage {
  scene(title: string): void;
  says(who: string, text: string, note?: string): void;
  tells(text: string): void;
  /** @throws Error when it does not hold: the demo ends there */
  check(holds: boolean, text: string): void;
}

const codes = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;
export type Paint = (text: string) => string;
export type Palette = { readonly [C in keyof typeof codes]: Paint };

/** Colours where somebody looks; plain text in a pipe, and for who set NO_COLOR. */
export function createPalette(isColoured: boolean): Palette {
  const paint = (code: number): Paint =>
    isColoured ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text;
  return Object.fromEntries(Object.entries(codes).map(([name, code]) => [name, paint(code)])) as Palette;
}

export function createStage(palette: Palette, write: (line: string) => void): Stage {
  const beganAtMs = performance.now();
  const voices = [palette.cyan, palette.magenta, palette.blue];
  const paints = new Map<string, Paint>();
  const paintOf = (who: string): Paint => {
    const known = paints.get(who) ?? voices[paints.size % voices.length] ?? palette.bold;
    paints.set(who, known);
    return known;
  };
  const line = (text: string): void => {
    const seconds = ((performance.now() - beganAtMs) / 1_000).toFixed(2).padStart(6);
    write(`${palette.dim(`${seconds} s`)}  ${text}`);
  };
  return {
    scene: (title) => write(`\n${palette.bold(title)}`),
    says: (who, text, note) =>
      line(`${paintOf(who)(who.padEnd(5))} ${text}${note === undefined ? '' : `  ${palette.dim(note)}`}`),
    tells: (text) => line(palette.dim(text)),
    check(holds, text) {
      line(`${holds ? palette.green('✓') : palette.red('✗')} ${text}`);
      if (!holds) throw new Error(text);
    },
  };
}
