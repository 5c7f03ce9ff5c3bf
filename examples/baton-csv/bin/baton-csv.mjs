#!/usr/bin/env node
import { launch } from '@baton-ts/launcher';

await launch('baton-csv', import.meta.url);
