import { build } from '@baton-ts/command-line';

/** As in `package.json`; a test keeps the two together. */
const ownVersion = '0.1.0';

export const version = build?.version ?? ownVersion;
