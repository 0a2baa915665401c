/** What a library of PyTorch calls the module of a layer, as `loadTorchWeights` of @adjoint/io takes it. */
type Names = (layer: string, layers: readonly string[]) => string;

/** The rules of a family: what the names of layers match, and what becomes of the groups. */
type Rules = readonly (readonly [pattern: RegExp, module: string | ((...groups: string[]) => string)])[];

const before = (number: string | undefined): number => Number(number) - 1;

/** Names by the first rule that matches; others stay as they are. */
function named(rules: Rules): Names {
  return (layer) => {
    for (const [pattern, module] of rules) {
      const found = pattern.exec(layer);
      if (found) return typeof module === 'string' ? module : module(...found.slice(1));
    }
    return layer.replaceAll('/', '.');
  };
}

const resnet = named([
  [/^stem_conv$/, 'conv1'],
  [/^stem_norm$/, 'bn1'],
  [
    /^stage(\d)_(\d+)_shortcut_(conv|norm)$/,
    (s, b, what) => `layer${s}.${before(b)}.downsample.${what === 'conv' ? 0 : 1}`,
  ],
  [/^stage(\d)_(\d+)_(\d)_conv$/, (s, b, i) => `layer${s}.${before(b)}.conv${i}`],
  [/^stage(\d)_(\d+)_(\d)_norm$/, (s, b, i) => `layer${s}.${before(b)}.bn${i}`],
  [/^classes$/, 'fc'],
]);

const resnetV2 = named([
  [/^stem_conv$/, 'stem.conv'],
  [/^stage(\d)_(\d+)_shortcut_conv$/, (s, b) => `stages.${before(s)}.blocks.${before(b)}.downsample.conv`],
  [/^stage(\d)_(\d+)_(\d)_(conv|norm)$/, (s, b, i, what) => `stages.${before(s)}.blocks.${before(b)}.${what}${i}`],
  [/^last_norm$/, 'norm'],
  [/^classes$/, 'head.fc'],
]);

/** The features of VGG are numbered with their activations and poolings, as the layers of the composition are. */
function vgg(dense: Readonly<Record<string, string>>): Names {
  return (layer, layers) => dense[layer] ?? `features.${layers.indexOf(layer)}`;
}

const denseNet = named([
  [/^stem_(conv|norm)$/, (what) => `features.${what}0`],
  [/^block(\d)_(\d+)_narrow_(conv|norm)$/, (b, i, what) => `features.denseblock${b}.denselayer${i}.${what}1`],
  [/^block(\d)_(\d+)_(conv|norm)$/, (b, i, what) => `features.denseblock${b}.denselayer${i}.${what}2`],
  [/^between(\d)_(conv|norm)$/, (b, what) => `features.transition${b}.${what}`],
  [/^last_norm$/, 'features.norm5'],
  [/^classes$/, 'classifier'],
]);

/** Inverted residuals: parts of a block are numbered from its first, which is the depthwise one where nothing expands. */
interface Inverted {
  readonly stage: string;
  readonly block: string;
  /** Whether the block begins by expanding. */
  readonly expands: boolean;
  readonly part: string;
  readonly what: string;
  /** Number of the block among all, from 1. */
  readonly count: number;
}

function inverted(rules: Rules, nameOf: (place: Inverted) => string): Names {
  const others = named(rules);
  return (layer, layers) => {
    const found = /^stage(\d)_(\d+)_(expand|depthwise|gate|project)[_/](\w+)$/.exec(layer);
    if (!found) return others(layer, layers);
    const [, stage = '', block = '', part = '', what = ''] = found;
    const blocks = layers.filter((name) => /^stage\d_\d+_depthwise_conv$/.test(name));
    const own = `stage${stage}_${block}_`;
    const expands = layers.includes(`${own}expand_conv`);
    return nameOf({ stage, block, expands, part, what, count: blocks.indexOf(`${own}depthwise_conv`) + 1 });
  };
}

const sequence = { conv: 0, norm: 1 } as Readonly<Record<string, number>>;

const mobilenetTorchvision = inverted(
  [
    [/^stem_(conv|norm)$/, (what = '') => `features.0.${sequence[what]}`],
    [/^last_(conv|norm)$/, (what = '') => `features.18.${sequence[what]}`],
    [/^classes$/, 'classifier.1'],
  ],
  ({ count, expands, part, what }) => {
    const block = `features.${count}.conv`;
    const first = expands ? 1 : 0;
    if (part === 'project') return `${block}.${first + 1 + (sequence[what] ?? 0)}`;
    return `${block}.${part === 'expand' ? 0 : first}.${sequence[what]}`;
  },
);

const efficientnetTorchvision = inverted(
  [
    [/^stem_(conv|norm)$/, (what = '') => `features.0.${sequence[what]}`],
    [/^last_(conv|norm)$/, (what = '') => `features.8.${sequence[what]}`],
    [/^classes$/, 'classifier.1'],
  ],
  ({ stage, block, expands, part, what }) => {
    const parts = [...(expands ? ['expand'] : []), 'depthwise', 'gate', 'project'];
    const own = `features.${stage}.${before(block)}.block.${parts.indexOf(part)}`;
    return `${own}.${part === 'gate' ? (what === 'squeeze' ? 'fc1' : 'fc2') : sequence[what]}`;
  },
);

const invertedTimm = inverted(
  [
    [/^stem_conv$/, 'conv_stem'],
    [/^stem_norm$/, 'bn1'],
    [/^last_conv$/, 'conv_head'],
    [/^last_norm$/, 'bn2'],
    [/^classes$/, 'classifier'],
  ],
  ({ stage, block, expands, part, what }) => {
    const own = `blocks.${before(stage)}.${before(block)}`;
    if (part === 'gate') return `${own}.se.${what === 'squeeze' ? 'conv_reduce' : 'conv_expand'}`;
    const parts = [...(expands ? ['expand'] : []), 'depthwise', 'project'];
    if (what === 'norm') return `${own}.bn${parts.indexOf(part) + 1}`;
    return `${own}.${part === 'depthwise' ? 'conv_dw' : part === 'project' && expands ? 'conv_pwl' : 'conv_pw'}`;
  },
);

const transformer = (block: string, parts: Readonly<Record<string, string>>, rules: Rules): Names =>
  named([
    [
      /^block(\d+)\/(norm_1|attention|norm_2|expand|contract)(\/.*)?$/,
      (number, part = '', rest = '') => `${block}${before(number)}.${parts[part]}${rest.replaceAll('/', '.')}`,
    ],
    ...rules,
  ]);

const vitTorchvision = transformer(
  'encoder.layers.encoder_layer_',
  { norm_1: 'ln_1', attention: 'self_attention', norm_2: 'ln_2', expand: 'mlp.0', contract: 'mlp.3' },
  [
    [/^patches\/projection$/, 'conv_proj'],
    [/^classToken$/, 'class_token'],
    [/^positions$/, 'encoder.pos_embedding'],
    [/^norm$/, 'encoder.ln'],
    [/^classes$/, 'heads.head'],
  ],
);

const vitTimm = transformer(
  'blocks.',
  { norm_1: 'norm1', attention: 'attn', norm_2: 'norm2', expand: 'mlp.fc1', contract: 'mlp.fc2' },
  [
    [/^patches\/projection$/, 'patch_embed.proj'],
    [/^classToken$/, 'cls_token'],
    [/^positions$/, 'pos_embed'],
    [/^classes$/, 'head'],
  ],
);

/**
 * Names of modules in the weights of torchvision and timm, for the compositions of this package: `resnet` is that of
 * version 1, `resnetV2` that of version 2, wide ones among them.
 * @example loadTorchWeights(app.build(resnet({ depth: 50 })), bytes, { names: torchNames.timm.resnet })
 */
export const torchNames = {
  torchvision: {
    resnet,
    vgg: vgg({ dense1: 'classifier.0', dense2: 'classifier.3', classes: 'classifier.6' }),
    densenet: denseNet,
    mobilenetV2: mobilenetTorchvision,
    efficientnetB0: efficientnetTorchvision,
    vit: vitTorchvision,
  },
  timm: {
    resnet,
    resnetV2,
    vgg: vgg({ dense1: 'pre_logits.fc1', dense2: 'pre_logits.fc2', classes: 'head.fc' }),
    densenet: denseNet,
    mobilenetV2: invertedTimm,
    efficientnetB0: invertedTimm,
    vit: vitTimm,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Names>>>>;
