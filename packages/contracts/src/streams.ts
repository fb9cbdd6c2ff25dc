/** Commands of a conversation all fall into one of these, and one replica works on a partition at a time. */
export const partitionCount = 8;

const secondsNs = 1_000_000_000;
const daysNs = 86_400 * secondsNs;
const mebibyte = 1_048_576;

/**
 * Work for the message service: single commands by conversation, and batches by partition (command-batch.ts).
 * No message id: a client's retry must reach Postgres, where duplicates are refused.
 */
export const commandStream = {
  name: 'COMMANDS',
  owner: 'message',
  subjects: ['command.conversation.*.*', 'work.*.batch'],
  retention: 'workqueue',
  discard: 'new',
  max_bytes: 256 * mebibyte,
  max_msg_size: 256 * 1_024,
  subject_transform: {
    src: 'command.conversation.*.*',
    dest: `work.{{partition(${partitionCount},1)}}.{{wildcard(1)}}.{{wildcard(2)}}`,
  },
} as const;

/** What happened, for days; each stored event is copied to live subjects with its sequence. */
export const eventStream = {
  name: 'EVENTS',
  owner: 'message',
  subjects: ['event.>'],
  retention: 'limits',
  discard: 'old',
  max_age: 7 * daysNs,
  max_bytes: 512 * mebibyte,
  duplicate_window: 30 * secondsNs,
  republish: { src: 'event.>', dest: 'live.>' },
  // One acknowledgement for the events of many messages (nats-server 2.14).
  allow_batched: true,
} as const;

export const mediaJobStream = {
  name: 'MEDIA_JOBS',
  owner: 'media',
  subjects: ['job.media.*.*'],
  retention: 'workqueue',
  discard: 'new',
  max_bytes: 32 * mebibyte,
} as const;

/** What could not be handled, until someone looks; `npm run redrive` sends it back. */
export const deadLetterStream = {
  name: 'DEAD_LETTERS',
  owner: 'message',
  subjects: ['dead.>'],
  retention: 'limits',
  discard: 'new',
  max_age: 30 * daysNs,
  max_bytes: 64 * mebibyte,
} as const;

export const streams = [commandStream, eventStream, mediaJobStream, deadLetterStream] as const;

export const partitionFilter = (partition: number): string => `work.${partition}.>`;
export const partitionDurable = (partition: number): string => `message-partition-${partition}`;

/** Splits the subject under which a command is stored. */
export function parseWorkSubject(
  subject: string,
): { partition: number; conversationId: string; verb: string } | null {
  const [root, partition, conversationId, verb] = subject.split('.');
  if (root !== 'work' || !partition || !conversationId || !verb) return null;
  return { partition: Number(partition), conversationId, verb };
}
