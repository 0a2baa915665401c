import test from 'ava';
import { testThreads } from '@adjoint/core/testing';
import { WasmBackend } from '../src/index.js';

testThreads(test, (threads) => new WasmBackend({ threads }));
testThreads(
  (title, run) => test(`portable: ${title}`, run),
  (threads) => new WasmBackend({ threads, portable: true }),
);
