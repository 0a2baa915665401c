import test from 'ava';
import { crash, scenarios } from './crash/crash.js';

const kills = Number(process.env['ADJOINT_COUNT'] ?? 1000);
const { ADJOINT_SEED: setting } = process.env;
const seed = setting === 'random' ? Date.now() : Number(setting ?? 42);

for (const scenario of scenarios)
  test(`${scenario}: a program that is killed and started again loses nothing that was saved, and has the same bits`, (t) =>
    crash(t, scenario, { kills: Math.ceil(kills / scenarios.length), seed }));
