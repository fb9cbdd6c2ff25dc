import { directConversationId, groupConversationId } from './conversation-id.ts';
import type { UserId } from './ids.ts';

const ada = '01890a5d-ac96-774b-bcce-b302099a8057' as UserId;
const bob = '01890a5d-ac96-774b-bcce-b302099a8058' as UserId;

describe('conversation ids', () => {
  it('name the same direct conversation whoever starts it', () => {
    expect(directConversationId(ada, bob)).toBe(directConversationId(bob, ada));
  });

  it('never change, because stored conversations carry them', () => {
    expect(directConversationId(ada, bob)).toBe('e1840b1a-43f2-5112-83d2-5eccb0b38eb0');
    expect(groupConversationId(ada, 'first')).toBe('c3bb2d59-22a7-50d0-9eb5-4d91393a086d');
  });

  it('are UUIDs of version 5', () => {
    expect(groupConversationId(ada, 'x')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('keep the groups of two creators apart although they chose one key', () => {
    expect(groupConversationId(ada, 'first')).not.toBe(groupConversationId(bob, 'first'));
  });
});
