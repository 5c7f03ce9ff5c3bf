import { runConnector } from '@baton-ts/connector-sdk';
import { outline } from './outline.ts';

await runConnector(outline, async () => (await import('./connector.ts')).csvConnector);
