import { createHash } from 'node:crypto';

/** The account that Windows makes for a service of its own: no password, and no rights besides what it is given. */
export const accountOf = (serviceName: string): string => `NT SERVICE\\${serviceName}`;

/**
 * Its security identifier, which Windows derives from the name. Unlike the account's name it reads the same in every
 * language of Windows, and can be given rights before the service is there.
 */
export function accountSid(serviceName: string): string {
  const hash = createHash('sha1').update(serviceName.toUpperCase(), 'utf16le').digest();
  const parts = [0, 4, 8, 12, 16].map((at) => hash.readUInt32LE(at));
  return `S-1-5-80-${parts.join('-')}`;
}
