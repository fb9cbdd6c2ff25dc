import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { eventContracts } from '../events.ts';
import { type FrozenEvent, findBreakage, freezeEvent, frozenFile, renderFrozen } from './freeze-event.ts';

/** Writes the frozen copies of new events and of allowed additions; refuses to write over anything else. */
const folder = new URL('../../frozen/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const contract of eventContracts) {
  const file = frozenFile(folder, contract.type);
  const current = freezeEvent(contract);
  const breakage = existsSync(file)
    ? findBreakage(JSON.parse(readFileSync(file, 'utf8')) as FrozenEvent, current)
    : [];
  if (breakage.length === 0) writeFileSync(file, renderFrozen(current));
  else {
    process.exitCode = 1;
    console.error(`${contract.type} is published and must not change so:\n  ${breakage.join('\n  ')}`);
  }
}
