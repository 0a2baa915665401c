import test from 'ava';
import { testBackend } from '@adjoint/core/testing';
import { WasmBackend } from '../src/index.js';

testBackend(test, () => new WasmBackend());
testBackend(
  (title, run) => test(`portable: ${title}`, run),
  () => new WasmBackend({ portable: true }),
  // The same code without relaxed multiply-adds; backend.slow.ts has all rounds.
  { rounds: 2 },
);
