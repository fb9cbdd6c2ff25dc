import { newMessage, newUser } from '../../test/fixtures.ts';
import { splitDeliveries } from './split-deliveries.ts';

const delivery = (members: number) => ({
  message: newMessage(),
  preview: 'Hello',
  memberIds: Array.from({ length: members }, newUser),
});
const sizes = (members: number[], maxItems: number) =>
  splitDeliveries(members.map(delivery), maxItems).map((part) => part.map((one) => one.memberIds.length));

test('a batch of direct conversations stays whole', () => {
  expect(
    sizes(
      Array.from({ length: 200 }, () => 2),
      2_000,
    ),
  ).toHaveLength(1);
});

test('parts keep the order and hold no more items than they may', () => {
  expect(sizes([4, 4, 4, 9, 1, 2], 10)).toEqual([[4, 4], [4], [9, 1], [2]]);
});

test('a message with more items than a part may hold stands alone', () => {
  expect(sizes([1, 12, 1], 10)).toEqual([[1], [12], [1]]);
  expect(sizes([], 10)).toEqual([]);
});
