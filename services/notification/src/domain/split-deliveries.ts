import type { Delivery } from '../store/inbox-store.ts';

/** Splits a batch, in order, into parts of at most `maxItems` items, or of one message that alone has more. */
export function splitDeliveries(deliveries: readonly Delivery[], maxItems: number): Delivery[][] {
  const parts: Delivery[][] = [];
  let room = 0;
  for (const delivery of deliveries) {
    const items = delivery.memberIds.length;
    const last = parts.at(-1);
    if (last !== undefined && items <= room) {
      last.push(delivery);
      room -= items;
    } else {
      parts.push([delivery]);
      room = maxItems - items;
    }
  }
  return parts;
}
