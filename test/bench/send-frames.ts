/** The frames of the load, and how to read what comes back without making a string of it. */

const body = 'x'.repeat(100);
const run = `${Date.now().toString(36)}-${process.pid}-`;
let nextNumber = 0;

/** Keys of a run are numbered. @returns the next number */
export const newNumber = (): number => nextNumber++;
export const sendFrame = (conversationId: string, number: number): string =>
  `{"type":"send","conversationId":"${conversationId}","key":"${run}${number}","text":"${body}"}`;

const sentStart = '{"type":"sent","key":"';
const keyMark = Buffer.from(`"key":"${run}`);
const typeAt = '{"type":"'.length;
const [e, r, s, v, quote, zero] = [...Buffer.from('ersv"0')] as [
  number,
  number,
  number,
  number,
  number,
  number,
];
const storedAt = '","status":"'.length;

/** Numbers of another run, of a frame that was not ours. */
const notOurs = -1;

export const isEvent = (data: Buffer, from: number): boolean =>
  data[from + typeAt] === e && data[from + typeAt + 1] === v;

/** @returns the number of the key in a `sent` frame; null for every other frame. @throws for an `error`, and for a send that is not stored. */
export function readSent(data: Buffer, from: number, to: number): number | null {
  const first = data[from + typeAt];
  if (first === e && data[from + typeAt + 1] === r) throw new Error(data.toString('latin1', from, to));
  if (first !== s) return null;
  const start = from + sentStart.length + run.length;
  const end = data.indexOf(quote, start);
  if (data[end + storedAt] !== s) throw new Error(`not stored: ${data.toString('latin1', from, to)}`);
  return readNumber(data, start, end);
}

/** @returns the number of the key of the message that an event tells; null for every other frame */
export function readDelivered(data: Buffer, from: number, to: number): number | null {
  if (!isEvent(data, from)) return null;
  const mark = data.indexOf(keyMark, from);
  if (mark < 0 || mark >= to) return null;
  const start = mark + keyMark.length;
  return readNumber(data, start, data.indexOf(quote, start));
}

function readNumber(data: Buffer, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = (data[at] ?? 0) - zero;
    if (digit < 0 || digit > 9) return notOurs;
    number = number * 10 + digit;
  }
  return number;
}

const slots = 2 ** 20;

/** When each of the last million numbered sends left, and how many must still have it; no object for any of them. */
export function createInFlight() {
  const sentAt = new Float64Array(slots);
  const left = new Uint16Array(slots);
  let count = 0;
  return {
    leave(number: number, recipients = 1): void {
      if (left[number % slots] !== 0) throw new Error('a million sends are in flight');
      sentAt[number % slots] = performance.now();
      left[number % slots] = recipients;
      count++;
    },
    /** @returns ms since it left, when this was the last that had to have it; null before, and for one that is not in flight */
    arrive(number: number): number | null {
      const slot = number % slots;
      const before = left[slot] ?? 0;
      if (before === 0) return null;
      left[slot] = before - 1;
      if (before > 1) return null;
      count--;
      return performance.now() - (sentAt[slot] ?? 0);
    },
    get count() {
      return count;
    },
  };
}
