import { parseReplyInbox, replyBatchToken, replyInbox } from './reply-batch.ts';

describe('a reply inbox', () => {
  it('names where outcomes go together, and the token of its own', () => {
    const inbox = replyInbox('_INBOX_gateway.A1', '7k');
    expect(parseReplyInbox(inbox)).toEqual({
      batch: replyInbox('_INBOX_gateway.A1', replyBatchToken),
      token: '7k',
    });
  });

  it.each(['_INBOX_gateway.A1', '_INBOX_gateway.A1.d.7k', 'batch.7k', '', '.'])(
    'that is %j is told one outcome at a time',
    (inbox) => expect(parseReplyInbox(inbox)).toBeNull(),
  );
});
