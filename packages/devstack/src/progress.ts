/** One thing worth telling a person who waits. */
export interface Progress {
  /** Part or service. */
  name: string;
  step: 'installing' | 'installed' | 'starting' | 'ready' | 'stopped' | 'failed';
  /** One line, without the name. */
  text: string;
  /** How long the finished step took. */
  tookMs?: number;
  /** Of the process, once it is there. */
  pid?: number;
}

export type OnProgress = (progress: Progress) => void;

export function formatProgress({ name, text, tookMs }: Progress): string {
  const took = tookMs === undefined ? '' : ` in ${formatSeconds(tookMs)}`;
  return `  ${name.padEnd(14)} ${text}${took}`;
}

export function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
