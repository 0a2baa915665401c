import {
  AdjointError,
  allocateArray,
  Engine,
  evaluationContext,
  Model,
  severalOf,
  sizeOf,
  type App,
  type HostTensor,
  type OwnBytes,
} from '@adjoint/core';
import { count, object, optional, validateOptions } from '@adjoint/core/options';
import { headerStart, magic, pageBytes, type Header, type Port } from './format.js';
import { RecordingBackend } from './recording-backend.js';

/** Vectors may be read a few elements after what is used of them. */
const margin = 1024;

export interface StandaloneOptions {
  /** Examples that are computed at a time; 1 if not given. */
  readonly examples?: number;
}

const standaloneOptions = object({ examples: optional(count, 1) });

/**
 * A trained model as one file with all that predicting takes: its weights, and its code as WebAssembly with SIMD, for one
 * thread. `loadStandalone` of `@adjoint/backend-wasm/standalone` runs it without the rest of the library, with the same
 * bits as a wasm backend that is `portable`.
 * @throws AdjointError `SHAPE_MISMATCH` if an input has an extent that may vary
 */
export async function compileStandalone(app: App, model: Model, options: StandaloneOptions = {}): Promise<OwnBytes> {
  const { examples } = validateOptions(standaloneOptions, options, 'compileStandalone');
  const backend = new RecordingBackend();
  const engine = new Engine(backend);
  try {
    const { composition, seed } = model;
    const own = new Model(engine, app.registry, composition, seed, await model.weights());
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
    const used = zeros.map((_, i) => bound[argumentPlaces.get(i) ?? -1]);
    return fileOf(
      backend,
      used.flatMap((buffer) => buffer?.address ?? []),
      {
        inputs: zeros.map(({ shape, dtype }, i) => ({
          name: own.inputs[i]!.name,
          shape,
          dtype,
          address: used[i]?.address,
        })),
        outputs: outputs.map(({ shape, dtype, storage: { place } }, i) => {
          const buffer = place.kind === 'arena' ? arena : bound[place.index]!;
          return { name: composition.outputs[i]!, shape, dtype, address: buffer.address + place.offset };
        }),
      },
    );
  } finally {
    engine.close();
  }
}

/** The file of what was recorded; what lies at the addresses of inputs is not kept. */
function fileOf(
  { memory, modules }: RecordingBackend,
  inputs: readonly number[],
  ports: { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] },
): OwnBytes {
  const { buffer } = memory.memory;
  const kept = new Map(memory.written.map((block) => [block.address, block]));
  for (const address of inputs) kept.delete(address);
  const blocks = [...kept.values()];
  const header: Header = {
    pages: Math.ceil((memory.end + margin) / pageBytes),
    modules: modules.map(({ bytes, names }) => ({ bytes: bytes.length, names })),
    blocks,
    program: modules.at(-1)!.names[0]!,
    ...ports,
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = new Uint8Array(headerStart);
  new TextEncoder().encodeInto(magic, start);
  new DataView(start.buffer).setUint32(magic.length, text.length, true);
  const contents = blocks.map(({ address, bytes }) => new Uint8Array(buffer, address, bytes));
  const pieces = [start, text, ...modules.map(({ bytes }) => bytes), ...contents];
  const file = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    file.set(piece, offset);
    offset += piece.length;
  }
  return file;
}

function varies(name: string): AdjointError {
  return new AdjointError(
    'SHAPE_MISMATCH',
    `compileStandalone: the input '${name}' has an extent that may vary; build the model with fixed extents, and give it these weights.`,
  );
}
