/** What an entitlement can be marked with, so that reviews can be made for it. */
export const frameworks = ['SOC 1', 'SOC 2', 'SOX', 'ISO 27001', 'PCI DSS', 'HIPAA', 'GDPR', 'NIS2', 'DORA'] as const;
