/** `host:port`, with the brackets that an address of IPv6 needs. */
export function addressOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
