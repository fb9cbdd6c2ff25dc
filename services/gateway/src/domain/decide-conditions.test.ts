import { decideConditions } from './decide-conditions.ts';

const etag = '"abc"';

describe('conditions on a file', () => {
  it.each(['"abc"', 'W/"abc"', '"x", "abc"', '*'])(
    'that the client has (%s) spare the bytes',
    (ifNoneMatch) => {
      expect(decideConditions({ ifNoneMatch }, etag)).toBe('not-modified');
    },
  );

  it('that the client does not have let them through, with the range', () => {
    expect(decideConditions({ ifNoneMatch: '"old"', range: 'bytes=0-9' }, etag)).toEqual({
      range: 'bytes=0-9',
    });
  });

  it('continue a download of the same file', () => {
    expect(decideConditions({ ifRange: etag, range: 'bytes=5-' }, etag)).toEqual({ range: 'bytes=5-' });
  });

  it.each(['"old"', 'W/"abc"', 'Wed, 21 Oct 2026 07:28:00 GMT'])(
    'begin a download anew when it is of %s',
    (ifRange) => {
      expect(decideConditions({ ifRange, range: 'bytes=5-' }, etag)).toEqual({});
    },
  );
});
