import type { Message } from '@storm/contracts';
import { fitPage } from './fit-page.ts';

const longText = '€'.repeat(16_000);
const messageOf = (seq: number, changes: Partial<Message> = {}): Message =>
  ({
    ...{ id: `id-${seq}`, seq, text: longText, attachments: [], key: 'k' },
    ...changes,
  }) as unknown as Message;
const seqs = (messages: readonly Message[]): number[] => messages.map(({ seq }) => seq);
const long = Array.from({ length: 60 }, (_, index) => messageOf(index + 1));
const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const maxPayload = 1_000_000;

describe('a page of history', () => {
  it('of ordinary texts stays whole', () => {
    const page = { messages: long.map((one) => ({ ...one, text: 'short' })), quoted: [] };
    expect(fitPage(page, {})).toBe(page);
  });

  it('of long texts keeps the newest when the last page is asked for, without a gap', () => {
    const { messages } = fitPage({ messages: long, quoted: [] }, {});
    expect(messages.at(-1)?.seq).toBe(60);
    expect(seqs(messages)).toEqual(seqs(long).slice(-messages.length));
    expect(messages.length).toBeGreaterThan(10);
    expect(bytesOf(messages)).toBeLessThan(maxPayload);
  });

  it('goes on from its beginning when it is asked for after a place', () => {
    const { messages } = fitPage({ messages: long, quoted: [] }, { after: 0 });
    expect(seqs(messages)).toEqual(seqs(long).slice(0, messages.length));
  });

  it('keeps the place that it is asked for around', () => {
    const { messages } = fitPage({ messages: long, quoted: [] }, { around: 30 });
    expect(seqs(messages)).toContain(30);
    expect(messages[0]?.seq).toBeLessThan(30);
    expect(messages.at(-1)?.seq).toBeGreaterThan(30);
  });

  it('keeps of the quoted what its messages reply to and what fits', () => {
    const messages = Array.from({ length: 20 }, (_, index) =>
      messageOf(101 + index, { text: 'x', replyTo: (index + 1) as never }),
    );
    const fitted = fitPage({ messages, quoted: long.slice(0, 20) }, {});
    expect(fitted.messages).toHaveLength(20);
    expect(fitted.quoted.length).toBeGreaterThan(0);
    expect(bytesOf(fitted)).toBeLessThan(maxPayload);
  });
});
