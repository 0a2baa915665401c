import { LoopInterpreterBackend } from '@adjoint/core/testing';
import { computing, valuesHold } from './values-hold.js';

// The same cases through the compiler's loop programs, and in float64.
valuesHold('loop interpreter', () => new LoopInterpreterBackend(), 'float64');
for (const { name, create } of computing) valuesHold(name, () => create({}), 'float64');
