import { InboxItemId } from '@storm/contracts';
import { Compile } from 'typebox/compile';
import { newUser } from '../../test/fixtures.ts';
import { findPlace, itemId } from './item-id.ts';

const userId = newUser();

test('an id tells its place back to its own user only', () => {
  expect(findPlace(userId, itemId(userId, 70_000))).toBe(70_000);
  expect(findPlace(newUser(), itemId(userId, 70_000))).toBeNull();
  expect(findPlace(userId, 'something else')).toBeNull();
});

test('ids sort as their places', () => {
  const places = [1, 15, 16, 255, 65_536, 2 ** 40];
  const ids = places.map((place) => itemId(userId, place));
  expect([...ids].sort()).toEqual(ids);
});

test('an id has the shape of the contract, version 8', () => {
  const id = itemId(userId, 3);
  expect(Compile(InboxItemId).Check(id)).toBe(true);
  expect(id).toMatch(/^.{14}8.{4}8/);
});
