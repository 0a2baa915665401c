import { App, defineBackend, definePlugin } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { testPlugin } from '@adjoint/core/testing';
import { losses } from '@adjoint/losses';
import { metrics } from '@adjoint/metrics';
import test from 'ava';
import type { availableBackends } from '../src/index.js';

/**
 * Registers tests that every loss with its gradients and every metric computes on a backend what the reference does in
 * float64. The rest of their contracts is no matter of the backend.
 */
export function scoringHolds({ name, create }: (typeof availableBackends)[number]): void {
  const backend = definePlugin({
    name: '@test/backend',
    version: '1.0.0',
    backend: { 'test/own': defineBackend({ options: object({}), create: () => create({}) }) },
  });
  for (const plugin of [losses, metrics])
    testPlugin((title, body) => title.includes('reference in float64') && test.serial(`${name}: ${title}`, body), {
      plugin,
      app: () => new App({ plugins: [backend, plugin], backend: 'test/own' as never }),
    });
}
