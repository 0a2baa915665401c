import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { loggedRun } from './run.js';

// What TensorBoard itself reads: needs a Python (ADJOINT_PYTHON, or python3) with the package tensorboard.
const python = process.env['ADJOINT_PYTHON'] ?? 'python3';
const run = promisify(execFile);
const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
events = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'histograms': 0})
events.Reload()
def session(tag):
    return HParamsPluginData.FromString(events.summary_metadata[tag].plugin_data.content)
start = session('_hparams_/session_start_info').session_start_info
print(json.dumps({
    'scalars': {tag: [[e.step, e.value] for e in events.Scalars(tag)] for tag in ['step/loss', 'epoch/loss', 'validation/loss']},
    'histograms': {tag: [[e.step, e.histogram_value.min, e.histogram_value.num] for e in events.Histograms(tag)] for tag in events.Tags()['histograms']},
    'graph': [[n.name, n.op, list(n.input), [d.size for d in n.attr['_output_shapes'].list.shape[0].dim]] for n in events.Graph().node],
    'parameters': {name: getattr(value, value.WhichOneof('kind')) for name, value in start.hparams.items()},
    'metrics': [m.name.tag for m in session('_hparams_/experiment').experiment.metric_infos],
    'status': session('_hparams_/session_end_info').session_end_info.status,
}))
`;

test("TensorBoard's own reader finds what was logged", async (t) => {
  const hasReader = await run(python, ['-c', 'import tensorboard']).then(
    () => true,
    () => false,
  );
  if (!hasReader) {
    t.log(`Skipped: ${python} has no tensorboard; set ADJOINT_PYTHON to one that has.`);
    return t.pass();
  }
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-tensorboard-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await loggedRun({ tensorboard: { directory: folder } });
  const { stdout } = await run(python, ['-c', script, folder]);
  t.deepEqual(JSON.parse(stdout), {
    scalars: {
      'step/loss': [4, 1, 0.25, 0.0625].map((loss, i) => [i + 1, loss]),
      'epoch/loss': [
        [2, 2.5],
        [4, 0.15625],
      ],
      'validation/loss': [
        [2, 2.25],
        [4, 1.265625],
      ],
    },
    histograms: {
      'dense/weight': [
        [0, 0, 1],
        [2, 1.5, 1],
        [4, 1.875, 1],
      ],
    },
    graph: [
      ['input', 'input', [], [-1, 1]],
      ['dense', 'dense', ['input'], [-1, 1]],
    ],
    parameters: { loss: 'meanSquaredError', optimizer: 'sgd', 'optimizer.learningRate': 0.25, epochs: 2, batchSize: 2 },
    metrics: ['validation/loss'],
    status: 1,
  });
  t.pass();
});
