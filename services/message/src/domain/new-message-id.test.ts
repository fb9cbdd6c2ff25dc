import { UUID } from 'uuidv7';
import { newMessageId } from './new-message-id.ts';

it('gives ids of version 7, each behind the one before', () => {
  const ids = Array.from({ length: 1_000 }, newMessageId);
  expect(ids.map((id) => UUID.parse(id).toString())).toEqual(ids);
  expect(new Set(ids.map((id) => UUID.parse(id).getVersion()))).toEqual(new Set([7]));
  expect([...ids].sort()).toEqual(ids);
});
