import { headers as createHeaders, type MsgHdrs } from 'nats';

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
