/** What the message service answered; the shape is its promise for the command that was submitted. */
export const readReply = <T>(reply: Uint8Array): T => JSON.parse(Buffer.from(reply).toString()) as T;
