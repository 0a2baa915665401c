import { AdjointError, type TensorType, type TracedFunction } from '@adjoint/core';
import { array, optional, schemaOf, string, validateOptions, valueText } from '@adjoint/core/options';
import { writeFunction } from './write-function.js';

export interface ExportFunctionOptions {
  /** Names of the inputs, in their order; `input0`, … if not given. */
  readonly inputs?: readonly string[];
  /** Names of the outputs; `output0`, … if not given. */
  readonly outputs?: readonly string[];
}

const functionOptions = schemaOf<ExportFunctionOptions>({
  inputs: optional(array(string)),
  outputs: optional(array(string)),
});

/**
 * Any traced function (`app.trace`) as ONNX, for inputs of the given types. Variables that it reads become constants with their
 * present values; what it assigns to them is left out.
 * @throws AdjointError `BACKEND_UNSUPPORTED` for primitives that ONNX cannot express
 */
export async function exportFunction(
  traced: TracedFunction,
  types: readonly TensorType[],
  options: ExportFunctionOptions = {},
): Promise<Uint8Array> {
  validateOptions(functionOptions, options, 'exportFunction');
  if (typeof (traced as Partial<TracedFunction> | null)?.graph !== 'function')
    throw new AdjointError(
      'OPERAND_INVALID',
      `exportFunction: found ${valueText(traced)}; pass what app.trace(…) returned.`,
    );
  const { inputs = [], outputs = [] } = options;
  return writeFunction({ traced, types, inputs, outputs, nameOf: ({ name }) => name });
}
