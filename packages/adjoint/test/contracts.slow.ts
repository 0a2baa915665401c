import test from 'ava';
import { testPlugin } from '@adjoint/core/testing';
import { createApp } from '../src/index.js';

// The contract of each kind with every example of every name; contracts.test.ts tries the first of each.
for (const plugin of createApp().registry.plugins()) testPlugin(test, { plugin, app: () => createApp() });
