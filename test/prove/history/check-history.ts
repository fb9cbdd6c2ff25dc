import type { ReceiverLog, SeenMessage, SendRecord } from './records.ts';

export interface Evidence {
  readonly sends: readonly SendRecord[];
  /** Of the database. */
  readonly stored: readonly SeenMessage[];
  /** Of the history that members are given, page by page, in the order in which it came. */
  readonly history: readonly SeenMessage[];
  readonly receivers: readonly ReceiverLog[];
}

/** Each must be 0. */
export interface HistoryFaults {
  /** Acknowledged and not stored, or stored as something else than was acknowledged. */
  lost: number;
  /** Keys stored more than once. */
  duplicated: number;
  /** Stored, or given to a receiver, without having been sent; or refused and stored all the same. */
  phantom: number;
  /** Messages that stand before one of their conversation that had been acknowledged before they were sent. */
  inverted: number;
  /** Conversations whose sequence is not 1, 2, 3, … */
  gap: number;
  /** Places at which the history that members are given differs from the database. */
  historyDiffers: number;
  /** Stored messages that a receiver was never given. */
  missed: number;
  /** Messages that a receiver was given twice, past what a client drops as a repeat. */
  repeated: number;
  /** Messages that a receiver was given after a later one of the same conversation. */
  disordered: number;
  /** Messages of conversations that the receiver is not in. */
  leaked: number;
}

export interface Verdict extends HistoryFaults {
  sent: number;
  acknowledged: number;
  stored: number;
}

const place = ({ conversationId, senderId, key }: Pick<SeenMessage, 'conversationId' | 'senderId' | 'key'>) =>
  `${conversationId} ${senderId} ${key}`;

/** Compares what senders were told, what the database holds, what the history says and what receivers were given. */
export function checkHistory({ sends, stored, history, receivers }: Evidence): Verdict {
  const storedByPlace = groupBy(stored, place);
  const sentPlaces = new Set(sends.filter(({ outcome }) => outcome !== 'fail').map(place));
  const acknowledged = sends.filter(({ outcome }) => outcome === 'ok');
  const byConversation = groupBy(stored, ({ conversationId }) => conversationId);
  const storedIds = new Set(stored.map(({ id }) => id));
  const received = receivers.map((log) => checkReceiver(log, byConversation, storedIds));
  const sum = (fault: keyof (typeof received)[number]): number =>
    received.reduce((total, one) => total + one[fault], 0);
  return {
    sent: sends.length,
    acknowledged: acknowledged.length,
    stored: stored.length,
    lost: acknowledged.filter((one) => !isKept(one, storedByPlace.get(place(one)) ?? [])).length,
    duplicated: [...storedByPlace.values()].filter((rows) => rows.length > 1).length,
    phantom: stored.filter((one) => !sentPlaces.has(place(one))).length + sum('phantom'),
    inverted: countInverted(acknowledged),
    gap: [...byConversation.values()].filter(hasGap).length,
    historyDiffers: countDifferences(byConversation, history),
    missed: sum('missed'),
    repeated: sum('repeated'),
    disordered: sum('disordered'),
    leaked: sum('leaked'),
  };
}

const isKept = (sent: SendRecord, rows: readonly SeenMessage[]): boolean =>
  rows.some((row) => row.seq === sent.seq && row.id === sent.id);

const hasGap = (rows: readonly SeenMessage[]): boolean =>
  rows
    .map(({ seq }) => seq)
    .sort((a, b) => a - b)
    .some((seq, index) => seq !== index + 1);

/** A send that began after another had been acknowledged stands behind it, whoever sent them. */
function countInverted(acknowledged: readonly SendRecord[]): number {
  let inverted = 0;
  for (const sends of groupBy(acknowledged, ({ conversationId }) => conversationId).values()) {
    const ended = [...sends].sort((a, b) => a.endedAtMs - b.endedAtMs);
    let next = 0;
    let highest = 0;
    for (const send of [...sends].sort((a, b) => a.invokedAtMs - b.invokedAtMs)) {
      for (
        let done = ended[next];
        done !== undefined && done.endedAtMs < send.invokedAtMs;
        done = ended[++next]
      ) {
        highest = Math.max(highest, done.seq ?? 0);
      }
      if ((send.seq ?? 0) <= highest) inverted++;
    }
  }
  return inverted;
}

function countDifferences(
  byConversation: ReadonlyMap<string, readonly SeenMessage[]>,
  history: readonly SeenMessage[],
): number {
  const told = groupBy(history, ({ conversationId }) => conversationId);
  let differences = 0;
  for (const conversationId of new Set([...byConversation.keys(), ...told.keys()])) {
    const rows = [...(byConversation.get(conversationId) ?? [])].sort((a, b) => a.seq - b.seq);
    const answers = told.get(conversationId) ?? [];
    for (let index = 0; index < Math.max(rows.length, answers.length); index++) {
      const [row, answer] = [rows[index], answers[index]];
      if (row?.id !== answer?.id || row?.seq !== answer?.seq) differences++;
    }
  }
  return differences;
}

function checkReceiver(
  { conversationIds, given, fetched }: ReceiverLog,
  byConversation: ReadonlyMap<string, readonly SeenMessage[]>,
  storedIds: ReadonlySet<string>,
) {
  const own = new Set(conversationIds);
  const seen = new Set<string>();
  const lastSeq = new Map<string, number>();
  const faults = { missed: 0, repeated: 0, disordered: 0, leaked: 0, phantom: 0 };
  for (const { id, conversationId, seq } of given) {
    const last = lastSeq.get(conversationId) ?? 0;
    if (!own.has(conversationId)) faults.leaked++;
    else if (!storedIds.has(id)) faults.phantom++;
    if (seen.has(id)) faults.repeated++;
    else if (seq < last) faults.disordered++;
    seen.add(id);
    lastSeq.set(conversationId, Math.max(last, seq));
  }
  for (const { id } of fetched) seen.add(id);
  for (const id of own) {
    for (const row of byConversation.get(id) ?? []) if (!seen.has(row.id)) faults.missed++;
  }
  return faults;
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}

/** Splits a verdict into what was counted and what must be 0. */
export function splitVerdict(verdict: Verdict): {
  counts: { sent: number; acknowledged: number; stored: number };
  faults: HistoryFaults & Record<string, number>;
} {
  const { sent, acknowledged, stored, ...faults } = verdict;
  return { counts: { sent, acknowledged, stored }, faults };
}
