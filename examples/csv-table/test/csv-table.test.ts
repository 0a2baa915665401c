import test from 'ava';
import { main, noise } from '../src/csv-table.js';

test('the error comes near the noise, far below that of guessing the mean', async (t) => {
  const { rootMeanSquaredError, ofTheMean } = await main();
  t.true(rootMeanSquaredError < ofTheMean / 5, `${rootMeanSquaredError} against ${ofTheMean}`);
  t.true(rootMeanSquaredError < 2.5 * noise);
});
