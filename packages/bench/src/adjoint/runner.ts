import { readFileSync } from 'node:fs';
import { serve } from '../serve.js';
import { builders } from './builders.js';

const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
await serve((JSON.parse(manifest) as { version: string }).version, builders);
