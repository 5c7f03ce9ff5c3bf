import type { Account } from '@baton-ts/console-api';

export const accountTypes = ['USER', 'SERVICE_ACCOUNT', 'SYSTEM_ACCOUNT'] as const satisfies readonly Account['type'][];

export const typeTexts: Readonly<Record<Account['type'], string>> = {
  USER: 'User',
  SERVICE_ACCOUNT: 'Service',
  SYSTEM_ACCOUNT: 'System',
};
