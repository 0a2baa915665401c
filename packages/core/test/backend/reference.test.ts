import test from 'ava';
import { ReferenceBackend } from '../../src/backend/index.js';
import { testBackend } from '../../src/testing/index.js';

testBackend(test, () => new ReferenceBackend());
