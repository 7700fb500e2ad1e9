import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';

/** Networks that Fastify and Express know by these names. */
const NETWORKS: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Of a request, what says where it comes from. */
export interface RequestSource {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
}

/** Whether an address is that of a proxy whose `X-Forwarded-For` is believed. */
export type TrustsAddress = (address: string) => boolean;

/** @param trust everybody, nobody, or addresses, networks and names of networks */
export function createProxyTrust(trust: boolean | readonly string[]): TrustsAddress {
  if (typeof trust === 'boolean') return () => trust;
  const trusted = new BlockList();
  for (const network of trust.flatMap((item) => NETWORKS[item] ?? [item])) {
    const [text = '', bits] = network.split('/');
    const address = addressIn(text) ?? text;
    // The prefix of an IPv4 network that is written as IPv6 counts 96 bits more.
    const shift = isIPv4(address) && !isIPv4(text) ? 96 : 0;
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Math.max(0, Number(bits) - shift), family);
  }
  return (address) => trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/**
 * The address of the client: the nearest one in `X-Forwarded-For` that no trusted proxy has,
 * or the socket's where the header holds something else instead.
 */
export function clientAddress({ socket, headers }: RequestSource, trusts: TrustsAddress): string {
  const own = addressIn(socket.remoteAddress ?? '') ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (forwarded === undefined || own === '' || !trusts(own)) return own;
  let client = own;
  for (const hop of String(forwarded).split(',').reverse()) {
    if (hop.trim() === '') continue;
    const address = addressIn(hop);
    if (address === undefined) return own;
    client = address;
    if (!trusts(address)) break;
  }
  return client;
}

/**
 * The one spelling of an address: without port, brackets, quotes and zone, IPv6 in full, and IPv4 as
 * such where IPv6 wraps it (RFC 4291 §2.5.5.2, RFC 6052 §2.1).
 *
 * @returns undefined for what is no address
 */
export function addressIn(text: string): string | undefined {
  const [, bracketed, plain = ''] =
    /^"?(?:\[([^\]]*)\](?::\d{1,5})?|([^"[\]]*))"?$/.exec(text.trim()) ?? [];
  const address = (bracketed ?? plain.replace(/^([\d.]+):\d{1,5}$/, '$1')).replace(/%.*$/, '');
  switch (isIP(address)) {
    case 4:
      return bracketed === undefined ? address : undefined;
    case 6:
      return spelledOut(address);
    default:
      return undefined;
  }
}

const IPV4_IN_IPV6 = /^(?:0:0:0:0:0:ffff|64:ff9b:0:0:0:0):(\w+):(\w+)$/;

function spelledOut(address: string): string {
  const [head = '', tail] = address.split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const full = [...left, ...zeros, ...right].join(':');
  const [, high, low] = IPV4_IN_IPV6.exec(full) ?? [];
  if (high === undefined || low === undefined) return full;
  const bits = [high, low].map((group) => Number.parseInt(group, 16));
  return bits.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}

function groupsOf(half: string): string[] {
  if (half === '') return [];
  return half.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16).toString(16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)];
  });
}

/**
 * Whom a rate limit counts as one client: an IPv4 address, or the /64 network of an IPv6 address,
 * since whoever has one address of it has them all (RFC 6177 §2).
 */
export function networkOf(address: string): string {
  return address.includes(':') && address !== LOOPBACK ? address.split(':', 4).join(':') : address;
}

const LOOPBACK = '0:0:0:0:0:0:0:1';
