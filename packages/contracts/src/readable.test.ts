import { Compile } from 'typebox/compile';
import { messageStored } from './events.ts';
import { eventExamples } from './examples/index.ts';
import { readable } from './readable.ts';

const message = eventExamples['message-stored.v1'];
const later = {
  ...message,
  priority: message.id,
  attachments: message.attachments.map((one) => ({ ...one, pages: 3 })),
};

describe('a reader of the day before', () => {
  const reader = Compile(readable(messageStored.data));

  it('skips properties that it does not know, wherever they stand', () => {
    expect(Compile(messageStored.data).Check(later)).toBe(false);
    expect(reader.Check(later)).toBe(true);
  });

  it('still refuses what it does know and is wrong', () => {
    expect(reader.Check({ ...later, seq: -1 })).toBe(false);
  });
});
