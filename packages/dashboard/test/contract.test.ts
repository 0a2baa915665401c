import test from 'ava';
import { testPlugin } from '@adjoint/core/testing';
import { dashboard } from '../src/index.js';

testPlugin(test, { plugin: dashboard });
