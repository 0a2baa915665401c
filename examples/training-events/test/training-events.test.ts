import test from 'ava';
import { main } from '../src/training-events.js';

test('events come in order, handlers are awaited, and a condition stops the run', async (t) => {
  const { result, log, lines } = await main();
  t.is(result.reason, 'stopped');
  t.is(result.detail, 'good enough');
  t.regex(log[0]!, /^start: 650 parameters/);
  t.is(log.filter((line) => line === 'the first step begins').length, 1);
  t.regex(log.at(-1)!, /^end: stopped/);
  t.regex(log.at(-2)!, /^epoch \d+: validation accuracy 0\.9/);
  const events = lines.map((line) => (JSON.parse(line) as { event: string }).event);
  t.deepEqual([events[0], events.at(-1)], ['fit:start', 'fit:end']);
  t.is(events.filter((event) => event === 'epoch:end').length, result.history.length);
});
