import test from 'ava';
import { LoopInterpreterBackend, testBackend } from '../../src/testing/index.js';

testBackend(test, () => new LoopInterpreterBackend(), { fastConvolutions: false });
