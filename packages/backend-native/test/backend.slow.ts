import test from 'ava';
import { testBackend } from '@adjoint/core/testing';
import { isNativeAvailable, NativeBackend } from '../src/index.js';

// Without a C compiler there is nothing to test.
testBackend(isNativeAvailable() ? test : test.skip, () => new NativeBackend());
