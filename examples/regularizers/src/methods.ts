import type { Choice } from 'adjoint';

/** One way to train. What is not said is that of the plain network. */
export interface Method {
  readonly name: string;
  readonly regularizers?: readonly Choice<'regularizer'>[];
  readonly dropout?: boolean;
  readonly batchNorm?: boolean;
  /** Shifts by up to two pixels and mirrors. */
  readonly augmented?: boolean;
}

const earlyStopping = { earlyStopping: { patience: 10, restoreBest: true } } as const;
const l2 = { l2: { strength: 1e-3 } } as const;
const inputNoise = { inputNoise: { deviation: 0.3 } } as const;

/**
 * Strengths are those that papers begin with, and none was tuned on these data: smoothing of 0.1, Beta(1, 1), rates of 0.25
 * and 0.5.
 */
export const methods: readonly Method[] = [
  { name: 'none' },
  { name: 'early stopping', regularizers: [earlyStopping] },
  { name: 'norm penalty', regularizers: [l2] },
  { name: 'augmentation', augmented: true },
  { name: 'input noise', regularizers: [inputNoise] },
  { name: 'weight noise', regularizers: [{ weightNoise: { deviation: 0.02 } }] },
  { name: 'label smoothing', regularizers: ['labelSmoothing'] },
  { name: 'mixup', regularizers: [{ mixup: { alpha: 1 } }] },
  { name: 'manifold mixup', regularizers: [{ manifoldMixup: { layers: ['relu', 'relu_2', 'relu_3'] } }] },
  { name: 'cutmix', regularizers: ['cutmix'] },
  { name: 'dropout', dropout: true },
  { name: 'batch normalization', batchNorm: true },
  {
    name: 'four together',
    regularizers: [l2, 'labelSmoothing'],
    augmented: true,
    dropout: true,
  },
  {
    name: 'all together',
    regularizers: [
      inputNoise,
      { weightNoise: { deviation: 0.02 } },
      'cutmix',
      { mixup: { alpha: 1 } },
      'labelSmoothing',
      l2,
      earlyStopping,
    ],
    augmented: true,
    dropout: true,
    batchNorm: true,
  },
];
