import test from 'ava';
import { testPlugin } from '@adjoint/core/testing';
import { loggers } from '../src/index.js';
import { fileLoggers } from '../src/node.js';

testPlugin(test, { plugin: loggers });
testPlugin(test, { plugin: fileLoggers });
