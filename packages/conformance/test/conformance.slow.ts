import { LoopInterpreterBackend } from '@adjoint/core/testing';
import { computing, valuesHold } from './values-hold.js';

// The same cases through the compiler's loop programs, and in float64.
valuesHold('loop interpreter', () => new LoopInterpreterBackend(), 'float64');
for (const { name, create } of computing)
  for (const dtype of ['float32', 'float64'] as const) valuesHold(name, () => create({}), dtype);
