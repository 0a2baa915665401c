import test from 'ava';
import { testPlugin } from '@adjoint/core/testing';
import { createApp } from '../src/index.js';

// Everything that is built in keeps the contract of its kind, on the default backend.
for (const plugin of createApp().registry.plugins()) testPlugin(test, { plugin, app: () => createApp() });
