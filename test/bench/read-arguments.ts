import { parseArgs } from 'node:util';

export interface BenchArguments {
  quick: boolean;
  /** Empty: all. */
  rows: number[];
  /** How often a row that fails is measured again before it counts. */
  again: number;
  jsonFile: string | undefined;
  /** Write docs/benchmarks.md and its chart. */
  write: boolean;
  /** Messages in the large table of row 8. */
  historyRows: number;
}

const usage = `npm run bench [-- ROW...] [--quick] [--again N] [--json FILE] [--write] [--history ROWS]`;

/** Ends the process with a message when an argument makes no sense. */
export function readArguments(args: string[]): BenchArguments {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        again: { type: 'string', default: '0' },
        json: { type: 'string' },
        write: { type: 'boolean', default: false },
        history: { type: 'string', default: '1000000' },
      },
    });
    const rows = positionals.map(readCount);
    const unknown = rows.filter((row) => row < 1 || row > 14);
    if (unknown.length > 0) throw new Error(`no such row: ${unknown.join(', ')}; there are 1 to 14`);
    return {
      quick: values.quick,
      rows,
      again: readCount(values.again),
      jsonFile: values.json,
      write: values.write,
      historyRows: readCount(values.history),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exit(2);
  }
}

function readCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`not a number: ${text}`);
  return Number(text);
}
