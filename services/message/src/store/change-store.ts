import type {
  ConversationId,
  ConversationSettings,
  changeCommands,
  EarlierText,
  Message,
  UserId,
} from '@storm/contracts';

type ChangeVerb = (typeof changeCommands)[number]['verb'];

/** A change as the store carries it out: what was asked for, under its key, with a digest of all of it. */
export interface Change {
  readonly verb: ChangeVerb;
  readonly conversationId: ConversationId;
  readonly actorId: UserId;
  readonly key: string;
  readonly digest: string;
  /** The rest, as the command has it. */
  readonly [detail: string]: unknown;
}

export type ChangeRefusal =
  | 'key-reused'
  | 'not-member'
  | 'not-allowed'
  | 'direct'
  | 'full'
  | 'not-there'
  | 'deleted'
  | 'empty'
  | 'no-room';

/** What became of one change: carried out now or before, and how what it concerns stands now. */
export interface AppliedChange {
  /** Of the conversation, when it was carried out. */
  readonly revision: number;
  /** Whom it concerns besides those that it names. */
  readonly others: readonly UserId[];
  readonly memberCount: number;
  readonly message: Message | null;
  readonly settings: ConversationSettings | null;
}

export interface ChangeStore {
  /** One round trip, in the order of the batch; rights are decided there. */
  apply(batch: readonly Change[]): Promise<(AppliedChange | ChangeRefusal)[]>;
  /** @returns null when the user is not in the conversation; nothing for a message that was deleted or hidden */
  listEarlierTexts(
    userId: UserId,
    conversationId: ConversationId,
    seq: number,
  ): Promise<EarlierText[] | null>;
}
