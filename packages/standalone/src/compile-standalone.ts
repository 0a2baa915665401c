import { RecordingBackend } from '@adjoint/backend-wasm/recording';
import {
  AdjointError,
  allocateArray,
  Engine,
  evaluationContext,
  Model,
  severalOf,
  sizeOf,
  type App,
  type Ensemble,
  type HostTensor,
  type OwnBytes,
  type Trainer,
} from '@adjoint/core';
import { count, optional, schemaOf, validateOptions } from '@adjoint/core/options';
import { encodeModel, savedSource } from '@adjoint/io';
import { encodeProgram, pageBytes, type Block } from './compiled-program.js';

/** Vectors may be read a few elements after what is used of them. */
const margin = 1024;

export interface StandaloneOptions {
  /** Examples that are computed at a time; 1 if not given. */
  readonly examples?: number;
}

const standaloneOptions = schemaOf<StandaloneOptions>({ examples: optional(count) });

/**
 * A trained model as a saved model with its code: a file as `saveModel` writes it, which also holds what predicting takes
 * as WebAssembly with SIMD, for one thread. `loadStandalone` runs it without the compiler and the layers, with the same
 * bits as a wasm backend that is `portable`; `loadModel` reads it as any other. Of a trainer it takes the weights that
 * evaluation uses, such as averages.
 * @throws AdjointError `SHAPE_MISMATCH` if an input has an extent that may vary; `OPTIONS_INVALID` that names a layer which
 *   cannot be saved
 */
export async function compileStandalone(
  app: App,
  source: Model | Trainer | Ensemble,
  options: StandaloneOptions = {},
): Promise<OwnBytes> {
  const { examples = 1 } = validateOptions(standaloneOptions, options, 'compileStandalone');
  if (typeof (app as App | null)?.restore !== 'function')
    throw new AdjointError('OPERAND_INVALID', 'compileStandalone: takes an app, as createApp makes it, and a model.');
  const { composition, weights: read } = savedSource(source, 'compileStandalone');
  const backend = new RecordingBackend();
  const engine = new Engine(backend);
  try {
    const weights = await read();
    const own = new Model(engine, app.registry, composition, 0, weights);
    const zeros = own.inputs.map(({ name, shape, dtype }): HostTensor => {
      const fixed = shape.filter((extent) => extent !== null);
      if (fixed.length < shape.length) throw varies(name);
      return { data: allocateArray(dtype, examples * sizeOf(fixed)), shape: [examples, ...fixed], dtype };
    });
    const context = evaluationContext(own.dtype);
    const predict = engine.trace((inputs) => own.apply(severalOf(inputs), context), 'predict');
    const { argumentPlaces, outputs } = await predict.prepare(zeros);
    await predict.call(zeros);
    const { arena, bound } = backend.latest!;
    const inputs = zeros.map((_, i) => bound[argumentPlaces.get(i) ?? -1]?.address ?? null);
    const { blocks, contents } = blocksOf(backend, inputs, weights);
    const { memory, modules } = backend;
    const scale = own.outputScale;
    const program = {
      examples,
      pages: Math.ceil((memory.end + margin) / pageBytes),
      modules: modules.map(({ bytes, names }) => ({ bytes: bytes.length, names })),
      blocks,
      run: modules.at(-1)!.names[0]!,
      inputs,
      outputs: outputs.map(({ shape, dtype, storage: { place } }) => {
        const { address } = place.kind === 'arena' ? arena : bound[place.index]!;
        return { address: address + place.offset, dtype, shape: shape.slice(1) };
      }),
      ...(scale && { scale }),
    };
    const code = encodeProgram(program, [...modules.map(({ bytes }) => bytes), ...contents]);
    return encodeModel({ composition, weights, code });
  } finally {
    engine.close();
  }
}

/** What was written to memory, beside the inputs: weights by name, where the bytes are theirs, and the bytes of others. */
function blocksOf(
  { memory }: RecordingBackend,
  inputs: readonly (number | null)[],
  weights: ReadonlyMap<string, HostTensor>,
): { readonly blocks: Block[]; readonly contents: Uint8Array[] } {
  const written = new Map(memory.written.map((block) => [block.address, block]));
  for (const address of inputs) if (address !== null) written.delete(address);
  const contents: Uint8Array[] = [];
  const blocks = [...written.values()].map(({ address, bytes }): Block => {
    const content = new Uint8Array(memory.memory.buffer, address, bytes);
    for (const [weight, { data }] of weights) if (areEqual(content, data)) return { address, bytes, weight };
    contents.push(content);
    return { address, bytes };
  });
  return { blocks, contents };
}

function areEqual(content: Uint8Array, { buffer, byteOffset, byteLength }: HostTensor['data']): boolean {
  if (content.length !== byteLength) return false;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return content.every((byte, i) => byte === bytes[i]);
}

function varies(name: string): AdjointError {
  return new AdjointError(
    'SHAPE_MISMATCH',
    `compileStandalone: the input '${name}' has an extent that may vary; build the model with fixed extents, and give it these weights.`,
  );
}
