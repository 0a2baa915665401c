import test from 'ava';
import { crash, scenarios } from './crash/crash.js';

// Twenty kills; `npm run test:slow -- crash` has a thousand.

for (const scenario of scenarios)
  test(`${scenario}: a program that is killed and started again loses nothing that was saved, and has the same bits`, (t) =>
    crash(t, scenario, { kills: 5, seed: 1 }));
