import {
  AdjointError,
  formatShape,
  hostTensor,
  isHostTensor,
  passesFilter,
  sameShape,
  sizeOf,
  type HostTensor,
  type LoadOptions,
  type Model,
  type Shape,
} from '@adjoint/core';
import { custom, maxBytesOption, optional, schemaOf, string, validateOptions } from '@adjoint/core/options';
import { decodeSafetensors } from './safetensors.js';
import { torchPlaces, type TorchPlace } from './torch-places.js';

/**
 * What PyTorch calls the module of a layer: `layer1.0.conv1` for `stage1_1_1_conv`. Layers within layers have paths, such
 * as `block1/attention`. `layers` has all layers of the composition in their order.
 */
export type TorchNames = (layer: string, layers: readonly string[]) => string;

export interface TorchOptions {
  /**
   * Names of modules; `torchNames` of @adjoint/architectures has those of torchvision and timm. If not given, modules are
   * called as the layers, with dots in place of slashes.
   */
  readonly names?: TorchNames;
  /** Only these parameters are set, and what the file has besides is left out: all but a head of other classes, say. */
  readonly on?: LoadOptions['on'];
  /** What errors call the weights, such as the path of their file. */
  readonly source?: string;
}

const fields = {
  names: optional(custom<TorchNames>((value) => typeof value === 'function', 'a function from layers to modules')),
  on: optional(
    custom<NonNullable<LoadOptions['on']>>((value) => typeof value === 'object' && value !== null, 'a filter'),
  ),
  source: optional(string),
};
const torchOptions = schemaOf<TorchOptions>(fields);
const loadOptions = schemaOf<TorchOptions & { readonly maxBytes?: number }>({ ...fields, maxBytes: maxBytesOption });

/** Counts that PyTorch keeps of its own, and nothing here needs. */
const ignored = /(^|\.)(num_batches_tracked|relative_position_index)$/;

/**
 * The weights of a model, as `model.load` takes them, from those of a PyTorch module (its state_dict) by name. Dense and
 * convolution weights, normalisations, embeddings and recurrent cells have the layouts of PyTorch; tensors are reshaped
 * where only axes of 1 or the split of an axis differ, and the joined weights of attention are taken apart.
 * @throws AdjointError `FILE_INVALID` that lists what is missing, left over, or of another shape
 */
export function torchWeights(
  tensors: ReadonlyMap<string, HostTensor>,
  model: Model,
  options: TorchOptions = {},
): Map<string, HostTensor> {
  const { names, on = {}, source = 'PyTorch weights' } = validateOptions(torchOptions, options, 'torchWeights');
  if (!(tensors instanceof Map) || ![...tensors.values()].every(isHostTensor) || !Array.isArray(model?.parameters))
    throw new AdjointError('OPTIONS_INVALID', 'torchWeights: takes host tensors by name, in a map, and a model.');
  const layers = model.composition.layers.map(({ name }) => name);
  const moduleOf = (layer: string): string => names?.(layer, layers) ?? layer.replaceAll('/', '.');
  const problems: string[] = [];
  const used = new Set<string>();
  const weights = new Map<string, HostTensor>();
  for (const owned of [...model.parameters, ...model.states]) {
    if (!passesFilter(owned, on)) continue;
    const { shape, dtype } = owned.variable.type;
    const places = torchPlaces(owned.name, moduleOf);
    const place = places.find(({ tensor }) => tensors.has(tensor));
    const stored = place && tensors.get(place.tensor);
    if (!place || !stored) {
      problems.push(`${places[0]?.tensor ?? owned.name}, for ${owned.name}, is missing`);
      continue;
    }
    used.add(place.tensor);
    const found = partOf(stored, place);
    if (found && isSameLayout(found.shape, shape)) weights.set(owned.name, hostTensor(found.data, shape, dtype));
    else
      problems.push(`${place.tensor} is ${formatShape(stored.shape)}, and ${owned.name} takes ${formatShape(shape)}`);
  }
  if (options.on === undefined)
    for (const name of tensors.keys())
      if (!used.has(name) && !ignored.test(name)) problems.push(`${name} is left over`);
  if (problems.length === 0) return weights;
  const shown = problems.slice(0, 12).join('; ');
  throw new AdjointError(
    'FILE_INVALID',
    `${source}: these weights do not fit the model: ${shown}${problems.length > 12 ? `; and ${problems.length - 12} more` : ''}. Give the names of its modules as names, or what is to be loaded as on.`,
  );
}

/**
 * Sets a model's weights from a safetensors file that PyTorch wrote; see `torchWeights`. Nothing is changed unless all of
 * them fit.
 * @example loadTorchWeights(app.build(resnet()), bytes, { names: torchNames.torchvision.resnet })
 * @throws AdjointError `FILE_INVALID`
 */
export function loadTorchWeights(
  model: Model,
  bytes: Uint8Array | ArrayBuffer,
  options: TorchOptions & { readonly maxBytes?: number } = {},
): void {
  const { maxBytes, ...others } = validateOptions(loadOptions, options, 'loadTorchWeights');
  if (typeof (model as Partial<Model> | null | undefined)?.load !== 'function')
    throw new AdjointError('OPERAND_INVALID', 'loadTorchWeights: takes a model, and the bytes of a safetensors file.');
  const { source } = others;
  const limits = { ...(source !== undefined && { source }), ...(maxBytes !== undefined && { maxBytes }) };
  const { tensors } = decodeSafetensors(bytes, limits);
  model.load(torchWeights(tensors, model, others), others.on && { on: others.on });
}

function partOf(tensor: HostTensor, { part: [index, count] = [0, 1] }: TorchPlace): HostTensor | undefined {
  const [rows = 1, ...rest] = tensor.shape;
  if (count === 1) return tensor;
  if (rows % count !== 0) return undefined;
  const length = tensor.data.length / count;
  const data = tensor.data.subarray(index * length, (index + 1) * length);
  return { data, shape: [rows / count, ...rest], dtype: tensor.dtype };
}

/** Whether the elements of one shape are those of the other in the same order: axes of 1, or the first axis kept. */
function isSameLayout(found: Shape, wanted: Shape): boolean {
  const real = (shape: Shape): Shape => shape.filter((extent) => extent !== 1);
  return sameShape(real(found), real(wanted)) || (found[0] === wanted[0] && sizeOf(found) === sizeOf(wanted));
}
