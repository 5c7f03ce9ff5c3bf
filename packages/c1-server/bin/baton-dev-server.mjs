#!/usr/bin/env node
import { launch } from '@baton-ts/launcher';

await launch('baton-dev-server', import.meta.url);
