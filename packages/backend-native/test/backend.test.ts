import test from 'ava';
import { testBackend } from '@adjoint/core/testing';
import { NativeBackend } from '../src/index.js';

testBackend(test, () => new NativeBackend());
