import {
  flip,
  hostTensor,
  literal,
  scan,
  severalOf,
  transpose,
  type ScanOptions,
  type Several,
  type Tensor,
} from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** Only one branch becomes graph, so the condition must be known. */
function branch(call: Call): readonly Tensor[] {
  const [condition = 0] = call.known(0) ?? [];
  return call.run(call.graph(condition === 0 ? 'else_branch' : 'then_branch'), []);
}

/** Runs a body with carries, of which there may be none here. */
function loop(
  step: (carries: readonly Tensor[], slices: readonly Tensor[], t: Tensor) => readonly Tensor[],
  initial: readonly Tensor[],
  xs: readonly Tensor[],
  options: ScanOptions,
): { readonly carries: readonly Tensor[]; readonly outputs: readonly Tensor[] } {
  const count = initial.length;
  const carries: Several<Tensor> = count === 0 ? [literal(0)] : severalOf(initial);
  const { carry, outputs } = scan(
    (own, slices, t) => {
      const results = step(own.slice(0, count), slices, t);
      return { carry: count === 0 ? own : severalOf(results.slice(0, count)), outputs: results.slice(count) };
    },
    carries,
    xs,
    options,
  );
  return { carries: carry.slice(0, count), outputs };
}

/** Moves an axis to the front, or back from there. */
function moved(x: Tensor, from: number, to: number): Tensor {
  const order = x.shape.map((_, axis) => axis);
  const [axis = 0] = order.splice(from, 1);
  return transpose(x, order.toSpliced(to, 0, axis));
}

/** States, then what is walked along; gives the last states, and what is stacked. */
function scanOf(call: Call): readonly Tensor[] {
  if (call.opset < 9) throw call.unsupported('version 8');
  const walked = call.number('num_scan_inputs', 1);
  const inputs = call.all();
  const states = inputs.slice(0, inputs.length - walked);
  const body = call.graph('body');
  const list = (name: string, index: number): number => call.numbers(name)?.[index] ?? 0;
  const xs = inputs.slice(states.length).map((x, i) => {
    const front = moved(x, call.axis(list('scan_input_axes', i), x.rank), 0);
    return list('scan_input_directions', i) === 1 ? flip(front, [0]) : front;
  });
  const { carries, outputs } = loop((own, slices) => call.run(body, [...own, ...slices]), states, xs, {});
  const stacked = outputs.map((y, i) => {
    const ordered = list('scan_output_directions', i) === 1 ? flip(y, [0]) : y;
    return moved(ordered, 0, call.axis(list('scan_output_axes', i), y.rank));
  });
  return [...carries, ...stacked];
}

/** A number of steps that is known; a loop that may end before is not a graph of fixed shapes. */
function loopOf(call: Call): readonly Tensor[] {
  const [length] = call.known(0) ?? [];
  const [condition = 1] = call.known(1) ?? [];
  if (length === undefined) throw call.unsupported('a loop without a number of steps');
  const states = call.inputs.slice(2).map((_, i) => call.input(i + 2));
  const body = call.graph('body');
  const { carries, outputs } = loop(
    (own, _, t) => {
      const [goesOn, ...results] = call.run(body, [t, constant(hostTensor([1], [], 'bool')), ...own]);
      if (goesOn?.value?.data[0] !== 1) throw call.unsupported('a loop that may end before its number of steps');
      return results;
    },
    states,
    [],
    { length: condition === 0 ? 0 : length },
  );
  return [...carries, ...outputs];
}

export const control: Operators = {
  If: { apply: branch, statics: [0] },
  Loop: { apply: loopOf, statics: [0, 1] },
  Scan: { apply: scanOf },
};
