import { runConnector } from '@baton-ts/connector-sdk';
import { sendgridOutline } from './connector/outline.ts';

await runConnector(sendgridOutline, async () => (await import('./connector/definition.ts')).sendgridConnector);
