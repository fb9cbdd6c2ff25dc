import type { Media } from '@storm/contracts';
import { downloadHeaders } from './download-headers.ts';

const sha256 = 'ab'.repeat(32);
const media = (given: Partial<Media>): Media =>
  ({ name: 'file', kind: 'file', contentType: 'application/octet-stream', sha256, ...given }) as Media;

describe('downloadHeaders', () => {
  it('shows a picture, and lets nothing run', () => {
    const headers = downloadHeaders(
      media({ kind: 'image', contentType: 'image/png', name: 'a.png' }),
      'original',
    );
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': 'inline; filename="a.png"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
      etag: `"${sha256}"`,
    });
    expect(headers['content-security-policy']).toContain('sandbox');
  });

  it.each(['text/html', 'image/svg+xml', 'application/pdf', 'text/plain', 'application/xhtml+xml'])(
    'gives %s only as a file of unknown type',
    (contentType) => {
      const headers = downloadHeaders(media({ contentType, name: 'page.html' }), 'original');
      expect(headers['content-type']).toBe('application/octet-stream');
      expect(headers['content-disposition']).toBe('attachment; filename="page.html"');
    },
  );

  it('names a file in any script', () => {
    const name = 'Überweisung "März" 漢字.txt';
    const { 'content-disposition': disposition } = downloadHeaders(media({ name }), 'original');
    expect(disposition).toMatch(/^attachment; filename=".+"; filename\*=UTF-8''[\w%.-]+$/);
    expect(disposition).toContain('%E6%BC%A2%E5%AD%97.txt');
  });

  it('tells the thumbnail and the original apart', () => {
    const headers = downloadHeaders(media({ kind: 'image', contentType: 'image/png' }), 'thumbnail');
    expect(headers).toMatchObject({ 'content-type': 'image/webp', etag: `"${sha256}-thumbnail"` });
  });
});
