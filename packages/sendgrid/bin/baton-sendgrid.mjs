#!/usr/bin/env node
import { launch } from '@baton-ts/launcher';

await launch('baton-sendgrid', import.meta.url);
