/** How a connector runs, in words. */
export const kindNames = { sendgrid: 'Hosted here', baton: 'Self-hosted' } as const;
