import test from 'ava';
import { testThreads } from '@adjoint/core/testing';
import { NativeBackend } from '../src/index.js';

testThreads(test, (threads) => new NativeBackend({ threads }));
