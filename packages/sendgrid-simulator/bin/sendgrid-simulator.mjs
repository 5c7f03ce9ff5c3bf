#!/usr/bin/env node
import { launch } from '@baton-ts/launcher';

await launch('sendgrid-simulator', import.meta.url);
