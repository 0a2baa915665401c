import test from 'ava';
import { readContext, RandomSource } from '@adjoint/core';
import {
  augmentSignal,
  channelMask,
  dataset,
  randomGain,
  specAugment,
  timeMask,
  timeScale,
  timeShift,
  transform,
} from '../src/index.js';
import { range, refuses } from './support.js';

const signal = (channels: number, ...values: number[]) => ({
  data: Float64Array.from(values),
  channels,
  time: values.length / channels,
});

test('shifts move all channels alike, with zeros or around', (t) => {
  const shifts = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const moved = signal(2, 1, 2, 3, 4, 5, 6);
    timeShift({ limit: 1 / 3, wrap: true })(moved, new RandomSource(seed));
    shifts.add([...moved.data].join());
  }
  t.deepEqual([...shifts].toSorted(), ['1,2,3,4,5,6', '2,3,1,5,6,4', '3,1,2,6,4,5']);
  const out = signal(1, 1, 2, 3);
  for (let seed = 0; out.data[0] !== 0; seed++) timeShift({ limit: 1 })(out, new RandomSource(seed));
  t.is(out.data[0], 0);
});

test('scaling by a factor reads a line at other times', (t) => {
  const line = signal(1, ...Array.from({ length: 9 }, (_, i) => i - 4));
  timeScale({ factor: [0.5, 0.5] })(line, new RandomSource(1));
  t.deepEqual([...line.data], [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]);
});

test('masks are bands of at most their limit', (t) => {
  for (let seed = 0; seed < 30; seed++) {
    const times = signal(2, ...new Array<number>(40).fill(1));
    timeMask({ count: 1, limit: 0.3, fill: 7 })(times, new RandomSource(seed));
    const first = times.data.slice(0, 20);
    t.deepEqual(times.data.slice(20), first);
    const masked = [...first].flatMap((value, i) => (value === 7 ? [i] : []));
    t.true(masked.length <= 6 && masked.every((place, i) => place === masked[0]! + i));
    const bands = signal(10, ...new Array<number>(20).fill(1));
    channelMask({ count: 1, limit: 0.5 })(bands, new RandomSource(seed));
    t.true(bands.data.every((value, i) => value === bands.data[i ^ 1]));
  }
});

test('a gain multiplies, and a resumed run meets the same draws', async (t) => {
  const source = dataset({ inputs: { data: Float32Array.from({ length: 24 }, (_, i) => i + 1), shape: [2, 3, 4] } });
  const changed = transform(source, { inputs: augmentSignal([randomGain({ factor: [2, 2] }), specAugment()]) });
  const { data } = (await changed.batch(range(2), readContext(1, 0))).inputs[0];
  t.true(data.every((value, i) => value === 0 || value === 2 * (i + 1)));
  t.deepEqual((await changed.batch(range(2), readContext(1, 0))).inputs[0].data, data);
  await refuses(t, () => timeShift({ limit: 2 }), 'OPTIONS_INVALID', /limit.* is 2/);
  const flat = dataset({ inputs: { data: new Float32Array(3) } });
  await refuses(t, () => transform(flat, { inputs: augmentSignal([]) }), 'SHAPE_MISMATCH', /\[channels, time\]/);
});
