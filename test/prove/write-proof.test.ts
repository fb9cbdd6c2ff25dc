import { replaceLine } from './write-proof.ts';

const empty =
  'intro\n<!-- results: written by `npm run prove -- --full --write` -->\n<!-- end of results -->\noutro\n';
const write = (...lines: string[]): string =>
  lines.reduce((text, line) => replaceLine(text, line, 'a machine'), empty);

describe('the results in docs/proofs.md', () => {
  it('keep the other proofs when one is played again', () => {
    const text = write(
      '2026-01-01 herd (full) | sent 1 | PASS',
      '2026-01-01 redis (full) | sent 2 | PASS',
      '2026-01-02 herd (full) | sent 3 | FAIL',
    );
    expect(text).not.toContain('sent 1');
    expect(text).toContain('2026-01-01 redis (full) | sent 2 | PASS\n');
    expect(text).toContain('2026-01-02 herd (full) | sent 3 | FAIL\n');
  });

  it('keep each part of a proof, and what stands around them', () => {
    const text = write(
      '2026-01-01 kill-storm (full, 1 of 2) | sent 1 | PASS',
      '2026-01-01 kill-storm (full, 2 of 2) | sent 2 | PASS',
    );
    expect(text.match(/kill-storm/g)).toHaveLength(2);
    expect(text).toMatch(/^intro\n[\s\S]*\noutro\n$/);
  });
});
