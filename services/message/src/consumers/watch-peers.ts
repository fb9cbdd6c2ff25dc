import type { NatsConnection } from 'nats';

const subject = 'peer.message.alive';
const beatEveryMs = 500;
const goneAfterMs = 2_000;

export interface Peers {
  /** Tells the others at once that this replica leaves. */
  leave(): void;
}

/**
 * Replicas of this service tell one another that they are alive, twice a second over core NATS.
 * It only decides who *tries* for a partition; that one replica at a time is served is the server's doing (pinning).
 */
export function watchPeers(
  connection: NatsConnection,
  self: string,
  onChange: (alive: ReadonlySet<string>) => void,
): Peers {
  const lastSeenAt = new Map<string, number>();
  let known = '';
  const look = (): void => {
    const now = Date.now();
    for (const [peer, seenAt] of lastSeenAt) if (now - seenAt > goneAfterMs) lastSeenAt.delete(peer);
    const view = [...lastSeenAt.keys()].sort().join(' ');
    if (view === known) return;
    known = view;
    onChange(new Set(lastSeenAt.keys()));
  };
  const say = (alive: boolean): void => {
    if (!connection.isClosed()) connection.publish(subject, JSON.stringify({ id: self, alive }));
  };
  const subscription = connection.subscribe(subject, {
    callback: (_error, message) => {
      const { id, alive } = message.json<{ id: string; alive: boolean }>();
      if (id === self) return;
      const isNew = !lastSeenAt.has(id);
      if (alive) lastSeenAt.set(id, Date.now());
      else lastSeenAt.delete(id);
      // A newcomer learns of us now and not at the next beat.
      if (alive && isNew) say(true);
      look();
    },
  });
  const beat = setInterval(() => {
    say(true);
    look();
  }, beatEveryMs);
  say(true);
  return {
    leave() {
      clearInterval(beat);
      subscription.unsubscribe();
      say(false);
    },
  };
}
