import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { eventContracts } from '../events.ts';
import { type FrozenEvent, findBreakage, freezeEvent, frozenFile, renderFrozen } from './freeze-event.ts';

const folder = new URL('../../frozen/', import.meta.url);
const freeze = 'run: npm run freeze -w @storm/contracts';
const read = (type: string): FrozenEvent => {
  const file = frozenFile(folder, type);
  if (!existsSync(file))
    throw new Error(`${type} has no frozen copy; when it is ready to be published, ${freeze}`);
  return JSON.parse(readFileSync(file, 'utf8')) as FrozenEvent;
};

describe.each(eventContracts.map((contract) => [contract.type, contract] as const))(
  '%s',
  (type, contract) => {
    it('keeps what was published', () => {
      expect(findBreakage(read(type), freezeEvent(contract))).toEqual([]);
    });

    it('still reads the event that was published', () => {
      expect(Compile(contract.data).Check(read(type).example)).toBe(true);
    });

    it(`is frozen as it stands (else ${freeze})`, () => {
      expect(renderFrozen(read(type))).toBe(renderFrozen(freezeEvent(contract)));
    });
  },
);

it('every frozen event is still declared', () => {
  const declared = eventContracts.map(({ type }) => `${type}.json`);
  expect(readdirSync(folder).filter((name) => !declared.includes(name))).toEqual([]);
});

it('an event that nobody froze is told so, with the command', () => {
  expect(() => read('message-forgotten.v1')).toThrow(freeze);
});
