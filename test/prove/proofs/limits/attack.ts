import type { Cast } from '../../cast/lanes.ts';
import type { Person } from '../../cast/person.ts';

export interface Field {
  readonly urls: readonly string[];
  readonly cast: Cast;
  /** Has rights in one conversation of his own, and no good intentions. */
  readonly attacker: Person;
  readonly conversationId: string;
  /** How many of each kind. */
  readonly strength: number;
}

/** What goes on until it is stopped. */
export interface Attack {
  readonly name: string;
  start(field: Field): Promise<{
    /** How often it has struck, for the result: an attack that never came proves nothing. */
    readonly strikes: number;
    stop(): Promise<void>;
  }>;
}

/** Runs `strike` again and again in so many lanes; what fails is what an attacker expects. */
export function keepStriking(lanes: number, strike: (lane: number, isOn: () => boolean) => Promise<void>) {
  let on = true;
  let strikes = 0;
  const lane = async (index: number): Promise<void> => {
    while (on) {
      await strike(index, () => on).catch(() => undefined);
      strikes++;
    }
  };
  const striking = Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  return {
    get strikes() {
      return strikes;
    },
    async stop() {
      on = false;
      await striking;
    },
  };
}
