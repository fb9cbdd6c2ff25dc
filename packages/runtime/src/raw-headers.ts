import { headers as createHeaders, type Msg, type MsgHdrs } from 'nats';

const forbidden = /[\r\n]/;

/**
 * Message headers encoded in one pass. The library's own object costs more than the message it describes (a map, an
 * array and a canonical name for each field), and these leave several thousand times a second.
 * @throws RangeError when a name or value holds a line break, which would start another header.
 */
export function encodeHeaders(fields: Readonly<Record<string, string>>): MsgHdrs {
  let text = 'NATS/1.0\r\n';
  for (const name in fields) {
    const value = fields[name] ?? '';
    if (forbidden.test(value) || forbidden.test(name))
      throw new RangeError(`header ${name} holds a line break`);
    text += `${name}: ${value}\r\n`;
  }
  const bytes = Buffer.from(`${text}\r\n`);
  return Object.assign(Object.create(emptyHeaders) as MsgHdrs, { encode: () => bytes });
}

const emptyHeaders = createHeaders();

/** How the library keeps a message that it has not decoded: its bytes, the first `hdr` of which are headers. */
interface UndecodedMsg {
  readonly _rdata: Uint8Array;
  readonly _msg: { readonly hdr: number };
}

let lastBytes: Uint8Array | undefined;
let lastText = '';

/**
 * One header of a message, found in its bytes: decoding them all costs more than the rest of the message's way through a
 * service. Names are compared as written; the first of several values counts.
 */
export function findHeader(message: Msg, name: string): string | undefined {
  const { _rdata: bytes, _msg } = message as unknown as UndecodedMsg;
  // A library that keeps messages in another way, or a message made by hand in a test.
  if (bytes === undefined || _msg === undefined) return message.headers?.get(name) || undefined;
  if (_msg.hdr <= 0) return undefined;
  // Several are asked for of the same message, one after the other.
  if (bytes !== lastBytes) {
    lastBytes = bytes;
    lastText = Buffer.from(bytes.buffer, bytes.byteOffset, _msg.hdr).toString('latin1');
  }
  const text = lastText;
  const at = text.indexOf(`\r\n${name}:`);
  if (at < 0) return undefined;
  const from = at + name.length + 3;
  return text.slice(from, text.indexOf('\r\n', from)).trim();
}
