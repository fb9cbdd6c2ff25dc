import { apiPrefix } from '@storm/contracts';
import { call } from '../cast/call.ts';
import type { Cast } from '../cast/lanes.ts';
import { sleep } from '../sleep.ts';

export interface Reading {
  readonly latenciesMs: readonly number[];
  /** @returns how many reads failed */
  stop(): Promise<number>;
}

/** Members look at histories, their conversations and themselves, one look after the other, at every gateway. */
export function startReading(urls: readonly string[], { listener, conversationIds }: Cast): Reading {
  const latenciesMs: number[] = [];
  let going = true;
  let failed = 0;
  const paths = [
    '/users/me',
    '/conversations',
    ...conversationIds.map((id) => `/conversations/${id}/messages`),
  ];
  const reader = async (url: string): Promise<void> => {
    for (let index = 0; going; index++) {
      const startedAt = performance.now();
      const path = `${url}${apiPrefix}${paths[index % paths.length]}`;
      const answer = await call(path, { token: listener.token }).catch(() => null);
      latenciesMs.push(performance.now() - startedAt);
      if (answer?.status !== 200) failed++;
      await sleep(15);
    }
  };
  const reading = Promise.all(urls.map(reader));
  return {
    latenciesMs,
    async stop() {
      going = false;
      await reading;
      return failed;
    },
  };
}
