import type { Attachment, MediaId } from '@storm/contracts';
import { preview } from './preview.ts';

const file = (name: string): Attachment => ({
  mediaId: 'm' as MediaId,
  name,
  contentType: 'image/png',
  bytes: 1,
});

test('a preview is one line', () => {
  expect(preview({ text: '  two\n\n lines ', attachments: [] })).toBe('two lines');
});

test('a message without text is known by its files', () => {
  expect(preview({ text: ' ', attachments: [file('a.png'), file('b.png')] })).toBe('a.png, b.png');
});

test('a long text is cut to 140 characters, never inside one', () => {
  const cut = preview({ text: `a${'😀'.repeat(100)}`, attachments: [] });
  expect(cut.length).toBeLessThanOrEqual(140);
  expect(Buffer.from(cut).toString()).toBe(cut);
  expect(cut.endsWith('😀…')).toBe(true);
});
