/** A server cannot be had on this machine. The message says what was tried and what to type next. */
export class PartUnavailable extends Error {
  constructor(name: string, tried: string[], nextCommand: string) {
    const lines = tried.map((line) => `  - ${line}`).join('\n');
    super(`${name} cannot be started on this machine:\n${lines}\nNext: ${nextCommand}`);
    this.name = 'PartUnavailable';
  }
}
