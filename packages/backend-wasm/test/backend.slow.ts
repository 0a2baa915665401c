import test from 'ava';
import { testBackend } from '@adjoint/core/testing';
import { WasmBackend } from '../src/index.js';

testBackend(test, () => new WasmBackend({ portable: true }));
