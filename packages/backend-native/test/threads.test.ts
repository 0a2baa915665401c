import test from 'ava';
import { testThreads } from '@adjoint/core/testing';
import { isNativeAvailable, NativeBackend } from '../src/index.js';

// Without a C compiler there is nothing to test.
const native = isNativeAvailable() ? test : test.skip;

testThreads(native, (threads) => new NativeBackend({ threads }));
