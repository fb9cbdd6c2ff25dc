import { keyLifetimeMs, planKeys, publishAfterMs, publishAheadMs } from './plan-keys.ts';
import type { SigningKey } from './signing-key.ts';

const start = new Date('2026-01-01T00:00:00Z');
const at = (ms: number) => new Date(start.getTime() + ms);
const key = (kid: string, signsFrom: Date): SigningKey => ({
  kid,
  publicJwk: {},
  sealedPrivateJwk: '',
  signsFrom,
});
const plan = (keys: SigningKey[], now: Date) => {
  const { signing, published, retired, nextSignsFrom } = planKeys(keys, now);
  const ids = (list: readonly SigningKey[]) => list.map(({ kid }) => kid).join();
  return { signing: signing?.kid, published: ids(published), retired: ids(retired), nextSignsFrom };
};
const a = key('a', start);
const b = key('b', at(keyLifetimeMs));

test('the first key signs at once', () => {
  expect(plan([], start)).toMatchObject({ signing: undefined, nextSignsFrom: start });
});

test('a key made by a clock that is ahead signs all the same', () => {
  expect(plan([key('a', at(5_000))], start)).toMatchObject({ signing: 'a', nextSignsFrom: null });
});

test('the next key is made and published an hour before the old one ends', () => {
  const due = at(keyLifetimeMs - publishAheadMs);
  expect(plan([a], at(keyLifetimeMs - publishAheadMs - 1))).toMatchObject({ nextSignsFrom: null });
  expect(plan([a], due)).toMatchObject({ nextSignsFrom: b.signsFrom });
  expect(plan([b, a], due)).toEqual({ signing: 'a', published: 'a,b', retired: '', nextSignsFrom: null });
});

test('the old key is published until its last token has expired', () => {
  expect(plan([a, b], at(keyLifetimeMs))).toMatchObject({ signing: 'b', published: 'a,b' });
  expect(plan([a, b], at(keyLifetimeMs + publishAfterMs))).toMatchObject({ published: 'a,b' });
  expect(plan([a, b], at(keyLifetimeMs + publishAfterMs + 1))).toMatchObject({
    published: 'b',
    retired: 'a',
  });
});
