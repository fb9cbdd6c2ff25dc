import { type Person, registerPeople, startGroup } from './person.ts';

/** A sender in a conversation: sends there one message after the other. */
export interface Lane {
  readonly person: Person;
  readonly conversationId: string;
}

export interface Cast {
  readonly lanes: readonly Lane[];
  readonly conversationIds: readonly string[];
  /** Is in every conversation and only listens. */
  readonly listener: Person;
  readonly people: readonly Person[];
}

/**
 * Everyone sends in a conversation of his own that the listener is in too; where there are more senders than people,
 * a person sends in several; `sharing` senders meet in each conversation.
 */
export async function createCast(
  baseUrl: string,
  {
    senders,
    people: count = Math.min(senders, 8),
    sharing = 1,
  }: { senders: number; people?: number; sharing?: number },
): Promise<Cast> {
  const [listener, ...people] = await registerPeople(baseUrl, count + 1);
  if (listener === undefined) throw new Error('nobody was registered');
  const lanes: Lane[] = [];
  const conversationIds: string[] = [];
  while (lanes.length < senders) {
    const from = lanes.length;
    const members = Array.from(
      { length: Math.min(sharing, senders - from) },
      (_, index) => people[(from + index) % people.length] as Person,
    );
    const [owner, ...others] = members;
    if (owner === undefined) throw new Error('a conversation without anyone');
    const conversationId = await startGroup(baseUrl, owner, [...others, listener]);
    conversationIds.push(conversationId);
    lanes.push(...members.map((person) => ({ person, conversationId })));
  }
  return { lanes, conversationIds, listener, people: [listener, ...people] };
}
