#!/usr/bin/env node
import { launch } from '@baton-ts/launcher';

await launch('console', import.meta.url);
