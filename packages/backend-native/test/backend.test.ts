import test from 'ava';
import { testBackend } from '@adjoint/core/testing';
import { isNativeAvailable, NativeBackend } from '../src/index.js';

// Without a C compiler there is nothing to test.
const native = isNativeAvailable() ? test : test.skip;

// Each round compiles C for some 15 s: one of them here, all in backend.slow.ts.
testBackend(native, () => new NativeBackend(), { rounds: 1 });
