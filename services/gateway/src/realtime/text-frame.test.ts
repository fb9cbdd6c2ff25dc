import * as ws from 'ws';
import { encodeJsonFrame, encodeTextFrame } from './text-frame.ts';

interface FrameEncoder {
  frame(data: Buffer, options: object): Buffer[];
}
const { Sender } = ws as unknown as { Sender: FrameEncoder };
const asTheLibrary = (text: string): Buffer =>
  Buffer.concat(
    Sender.frame(Buffer.from(text), { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }),
  );

test.each([1, 100, 123, 124, 125, 126, 65_500, 65_533, 65_534, 65_536, 200_000])(
  'a frame around %i bytes is the one that the library makes',
  (bytes) => {
    const text = 'x'.repeat(bytes);
    expect(encodeTextFrame('[', Buffer.from(text), ']').equals(asTheLibrary(`[${text}]`))).toBe(true);
  },
);

test.each(['', 'plain', 'é漢😀', 'x'.repeat(70_000)])('a value as JSON is the same frame: %.10j', (text) => {
  expect(encodeJsonFrame({ text }).equals(asTheLibrary(JSON.stringify({ text })))).toBe(true);
});
