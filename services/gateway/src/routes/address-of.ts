import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import addressBehind, { compile as compileTrust } from '@fastify/proxy-addr';
import type { FastifyRequest } from 'fastify';

/** What stands for one client in limits: an IPv4 address, or the /64 of an IPv6 address, which one client has whole. */
export const addressOf = (request: FastifyRequest): string => networkOf(request.ip);

/** As `addressOf`, of a handshake, which Fastify does not see. @param trustedProxies whose X-Forwarded-For is believed */
export function createAddressOfHandshake(
  trustedProxies: readonly string[],
): (handshake: IncomingMessage) => string {
  const isTrusted = compileTrust([...trustedProxies]);
  return (handshake) => networkOf(addressBehind(handshake, isTrusted));
}

export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = ip.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const groups = (part: string | undefined): string[] =>
    part === undefined || part === '' ? [] : part.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: zeros }, () => '0'), ...groups(tail)];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
