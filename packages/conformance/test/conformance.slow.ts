import { WasmBackend } from '@adjoint/backend-wasm';
import { LoopInterpreterBackend } from '@adjoint/core/testing';
import { computing, valuesHold } from './values-hold.js';

// The same cases through the compiler's loop programs, without relaxed SIMD, and in float64.
valuesHold('loop interpreter', () => new LoopInterpreterBackend(), 'float64');
valuesHold('portable wasm', () => new WasmBackend({ portable: true }), 'float32');
for (const { name, create } of computing)
  for (const dtype of ['float32', 'float64'] as const) valuesHold(name, () => create({}), dtype);
