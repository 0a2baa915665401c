import type { Hyperparameters } from '../hyperparameters.js';
import { bytes, double, map, message, whole, type Message } from './protobuf.js';
import { pluginValue } from './summaries.js';

// tensorboard/plugins/hparams/{plugin_data,api}.proto

/** The values that make a run known to the plugin `hparams`, and the figures that it is compared by. */
export function sessionStart(parameters: Hyperparameters, metrics: readonly string[], seconds: number): Message[] {
  const experiment = message(
    double(3, seconds),
    ...Object.entries(parameters).map(([name, value]) =>
      bytes(4, message(bytes(1, name), whole(4, { string: 1, boolean: 2, number: 3 }[typeof value as 'number']))),
    ),
    ...metrics.map((tag) => bytes(5, message(bytes(1, message(bytes(2, tag)))))),
  );
  const values = Object.entries(parameters).map(([name, value]) => [name, valueMessage(value)] as const);
  const start = message(map(1, values), double(5, seconds));
  return [
    pluginValue('_hparams_/experiment', 'hparams', bytes(2, experiment)),
    pluginValue('_hparams_/session_start_info', 'hparams', bytes(3, start)),
  ];
}

export function sessionEnd(isFailure: boolean, seconds: number): Message {
  const end = message(whole(1, isFailure ? 2 : 1), double(2, seconds));
  return pluginValue('_hparams_/session_end_info', 'hparams', bytes(4, end));
}

/** google.protobuf.Value */
function valueMessage(value: number | string | boolean): Message {
  if (typeof value === 'number') return double(2, value);
  return typeof value === 'string' ? bytes(3, value) : whole(4, Number(value));
}
