interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Starts all at once. The first fault is the signal to the others to give up.
 *
 * @throws that fault, after what did start was stopped again.
 */
export async function startTogether<T extends Stoppable>(
  starts: readonly ((givenUp: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  const givenUp = new AbortController();
  const outcomes = await Promise.allSettled(
    starts.map((start) =>
      start(givenUp.signal).catch((error: unknown) => {
        givenUp.abort(error);
        throw error;
      }),
    ),
  );
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (started.length === outcomes.length) return started;
  await Promise.allSettled(started.map((one) => one.stop()));
  throw givenUp.signal.reason;
}
