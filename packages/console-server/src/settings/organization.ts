import { organization } from '@baton-ts/console-api';
import type { z } from 'zod';
import type { Setting } from './settings.ts';

export type Organization = z.infer<typeof organization>;

/** What the console knows of the company that runs it. */
export const organizationSetting: Setting<Organization> = {
  name: 'organization',
  schema: organization,
  initial: {
    displayName: 'Console',
    trustedDomains: [],
    complianceFrameworks: ['SOC 2', 'ISO 27001', 'PCI DSS', 'GDPR'],
  },
};
