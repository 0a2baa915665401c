/** Where a parameter's values may lie in a state_dict. */
export interface TorchPlace {
  readonly tensor: string;
  /** Where it holds several parameters one below the other: which of how many. */
  readonly part?: readonly [index: number, count: number];
}

/** What PyTorch calls the parameters of a module. */
const suffixes: Readonly<Record<string, string>> = {
  gamma: 'weight',
  beta: 'bias',
  mean: 'running_mean',
  variance: 'running_var',
};

const recurrent: Readonly<Record<string, string>> = {
  inputWeight: 'weight_ih',
  hiddenWeight: 'weight_hh',
  inputBias: 'bias_ih',
  hiddenBias: 'bias_hh',
};

const projections = ['query', 'key', 'value'];

/**
 * Where a parameter may be found: layers have the layouts of PyTorch, so that only names differ. Queries, keys and values
 * of attention are one tensor there, and a module may be a bare parameter.
 */
export function torchPlaces(parameter: string, moduleOf: (layer: string) => string): TorchPlace[] {
  const cell = /^(.*?)\/(?:layer_(\d+)\/)?(?:(forward|backward)\/)?(\w+)$/.exec(parameter);
  const [, recurrentLayer = '', stacked = '1', direction, own = ''] = cell ?? [];
  const torchCell = Object.hasOwn(recurrent, own) ? recurrent[own] : undefined;
  if (torchCell !== undefined) {
    const reverse = direction === 'backward' ? '_reverse' : '';
    return [{ tensor: `${moduleOf(recurrentLayer)}.${torchCell}_l${Number(stacked) - 1}${reverse}` }];
  }
  const [layer, last] = split(parameter);
  const suffix = suffixes[last] ?? last;
  const module = moduleOf(layer);
  const places: TorchPlace[] = [{ tensor: `${module}.${suffix}` }, { tensor: module }];
  const [parent, role] = split(layer);
  if (parent === '') return places;
  const attention = moduleOf(parent);
  const index = projections.indexOf(role);
  if (index >= 0)
    for (const joined of [`in_proj_${suffix}`, `qkv.${suffix}`])
      places.push({ tensor: `${attention}.${joined}`, part: [index, projections.length] });
  if (role === 'output')
    for (const output of ['out_proj', 'proj']) places.push({ tensor: `${attention}.${output}.${suffix}` });
  return places;
}

function split(path: string): [before: string, last: string] {
  const at = path.lastIndexOf('/');
  return at < 0 ? ['', path] : [path.slice(0, at), path.slice(at + 1)];
}
