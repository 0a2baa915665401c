import test from 'ava';
import { ReferenceBackend } from '../../src/index.js';
import { testBackend } from '../../src/testing/index.js';

testBackend(test, () => new ReferenceBackend());
