import {
  type CommandContract,
  type ConversationId,
  maxBatchedCommands,
  maxCommandBatchBytes,
  partitionOf,
} from '@storm/contracts';

/** A command among those that leave together: its outcome is told under the token. */
export interface ParcelItem {
  token: string;
  readonly contract: CommandContract;
  readonly conversationId: ConversationId;
  readonly json: string;
}

/** Commands of one partition each, in their order, within the bounds of a batch. */
export function intoParcels<Item extends ParcelItem>(commands: readonly Item[]): Item[][] {
  const full: Item[][] = [];
  const open = new Map<number, { commands: Item[]; bytes: number }>();
  for (const one of commands) {
    const partition = partitionOf(one.conversationId);
    let parcel = open.get(partition);
    // Three bytes at most for each unit of a JavaScript string.
    const bytes = one.json.length * 3;
    const isFull =
      parcel !== undefined &&
      (parcel.commands.length >= maxBatchedCommands || parcel.bytes + bytes > maxCommandBatchBytes);
    if (parcel === undefined || isFull) {
      parcel = { commands: [], bytes: 0 };
      open.set(partition, parcel);
      full.push(parcel.commands);
    }
    parcel.commands.push(one);
    parcel.bytes += bytes;
  }
  return full;
}

/** JSON of a list of `BatchedCommand`s, whose data are JSON already. */
export function encodeBatch(commands: readonly ParcelItem[]): string {
  let text = '';
  for (const { token, contract, json } of commands) {
    text += `${text === '' ? '[' : ','}["${token}","${contract.verb}",${json}]`;
  }
  return `${text}]`;
}
