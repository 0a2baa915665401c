import { shortName } from '../registry/choice.js';
import { formatShape, sizeOf } from '../tensor/shape.js';
import type { VaryingType } from '../data/dataset.js';
import { outputName, type LayerSpecification } from './composition.js';
import type { Model } from './model.js';

/** A table of the layers: name and type, inputs where they branch, output shape, parameters. */
export function summarize(model: Model): string {
  const { inputs, parameterCount, states } = model;
  const { layers } = model.composition;
  const rows = [
    ['layer', 'output', 'parameters', 'from'],
    ...inputs.map(({ name, shape }) => [name, formatShape(shape), '', '']),
    ...layers.map((layer) => rowOf(model, layer)),
  ];
  // Where every layer follows the one before it, the last column says nothing.
  const names = [...inputs.map(({ name }) => name), ...layers.map(({ name }) => name)];
  const straight =
    inputs.length === 1 && layers.every((layer, i) => layer.inputs.length === 1 && layer.inputs[0] === names[i]);
  const columns = straight ? 3 : 4;
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .slice(0, columns)
      .map((cell, i) => (i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  const running = states.reduce((count, { variable }) => count + sizeOf(variable.type.shape), 0);
  return [
    line(rows[0]!),
    rule,
    ...rows.slice(1).map(line),
    rule,
    `${parameterCount} parameters${running > 0 ? `, ${running} running statistics` : ''}`,
  ].join('\n');
}

function rowOf(model: Model, { name, use, inputs }: LayerSpecification): string[] {
  const built = model.layers.find((layer) => layer.name === (use ?? name));
  const outputs = (built?.outputs ?? []).map((_, index) => formatShape(model.typeOf(outputName(name, index)).shape));
  const own = use === undefined ? (built?.parameters ?? []) : [];
  const what = use === undefined ? (built?.type ?? '') : `${use} again`;
  return [
    name.startsWith(shortName(what)) ? name : `${name} (${what})`,
    outputs.join(' and '),
    String(own.reduce((count, { variable }) => count + sizeOf(variable.type.shape), 0)),
    inputs.join(', '),
  ];
}

/** Layers shown when a model is printed. */
const shown = 8;

/** A model in a few lines, for consoles. */
export function describeModel(model: Model): string {
  const types = (list: readonly VaryingType[]): string =>
    list.map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`).join(', ');
  const { layers } = model.composition;
  const left = layers.length - shown;
  return [
    `Model ${types(model.inputs)} → ${types(model.outputs)}, ${layers.length} layers, ${model.parameterCount} parameters`,
    ...layers.slice(0, shown).map((layer) => `  ${rowOf(model, layer).slice(0, 2).join(' ')}`),
    ...(left > 0 ? [`  … and ${left} more; model.summary() lists all`] : []),
  ].join('\n');
}
