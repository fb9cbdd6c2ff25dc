import type { EventContract } from '../event-contract.ts';
import { eventExamples } from '../examples/index.ts';
import { findIncompatibilities } from './find-incompatibilities.ts';

/** An event version as it was published; kept in `frozen/<type>.json`. */
export interface FrozenEvent {
  readonly type: string;
  readonly audience: string;
  readonly source: string;
  readonly schema: Record<string, never>;
  readonly example: unknown;
}

/** The contract as it stands, as plain JSON. */
export function freezeEvent(contract: EventContract): FrozenEvent {
  const { type, audience, source, data: schema } = contract;
  const example = eventExamples[type as keyof typeof eventExamples];
  return JSON.parse(JSON.stringify({ type, audience, source, schema, example })) as FrozenEvent;
}

/** What an edit of a published event breaks. Whom it is for and whose it is stands in its subject and its rights. */
export function findBreakage(frozen: FrozenEvent, current: FrozenEvent): string[] {
  const fixed = (['type', 'audience', 'source'] as const)
    .filter((key) => frozen[key] !== current[key])
    .map((key) => `${key} was ${frozen[key]} and is ${current[key]}`);
  return [...fixed, ...findIncompatibilities(frozen.schema, current.schema)];
}

/** @param folder of the frozen copies, ends with `/`. */
export const frozenFile = (folder: URL, type: string): URL => new URL(`${type}.json`, folder);

export const renderFrozen = (event: FrozenEvent): string => `${JSON.stringify(event, null, 2)}\n`;
