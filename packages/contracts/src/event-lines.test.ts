import { joinLines, splitLines } from './event-lines.ts';

const textOf = (line: Uint8Array): string => Buffer.from(line).toString();

describe('the documents of an event', () => {
  it.each([
    ['one', ['{"text":"é"}']],
    ['several', ['{"text":"a"}', '{"text":"line\\nbreak"}', '{}']],
  ])('%s: what was joined comes apart again', (_name, documents) => {
    expect(splitLines(joinLines(documents)).map(textOf)).toEqual(documents);
  });

  it('are views of the data, which nothing copies', () => {
    const data = joinLines(['{"a":1}', '{"b":2}']);
    expect(splitLines(data).every(({ buffer }) => buffer === data.buffer)).toBe(true);
  });
});
