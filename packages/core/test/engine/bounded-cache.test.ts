import test from 'ava';
import { BoundedCache } from '../../src/engine/bounded-cache.js';

const megabyte = 2 ** 20;

test('a cache forgets what was used longest ago, by number and by bytes', (t) => {
  const forgotten: number[] = [];
  const cache = new BoundedCache<number>(
    3,
    (bytes) => forgotten.push(bytes / megabyte),
    (bytes) => bytes,
  );
  for (const megabytes of [1, 2, 3]) cache.set(`${megabytes}`, megabytes * megabyte);
  cache.get('1');
  cache.set('4', 4 * megabyte);
  t.deepEqual(forgotten, [2]);
  cache.set('250', 250 * megabyte);
  t.deepEqual(forgotten, [2, 3]);
  cache.set('251', 251 * megabyte);
  t.deepEqual(forgotten, [2, 3, 1, 4, 250]);
  // One that is larger than all may stay.
  cache.set('300', 300 * megabyte);
  t.is(cache.get('300'), 300 * megabyte);
  cache.clear();
  t.deepEqual(forgotten, [2, 3, 1, 4, 250, 251, 300]);
});
