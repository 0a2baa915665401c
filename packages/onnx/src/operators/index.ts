import { arithmetic } from './arithmetic.js';
import { attentions } from './attention.js';
import { control } from './control.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { grids } from './grid.js';
import { indexing } from './indexing.js';
import { losses } from './loss.js';
import { matrix } from './matrix.js';
import { normalization } from './normalization.js';
import type { Operator } from './operator.js';
import { pooling } from './pooling.js';
import { quantized } from './quantized.js';
import { random } from './random.js';
import { recurrentOperators } from './recurrent.js';
import { reduction } from './reduction.js';
import { resizing } from './resize.js';
import { shapes } from './shape.js';
import { sources } from './sources.js';
import { spectral } from './spectral.js';

/** All operators that are read, by their names in ONNX. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    ...arithmetic,
    ...attentions,
    ...control,
    ...convolution,
    ...elementwise,
    ...grids,
    ...indexing,
    ...losses,
    ...matrix,
    ...normalization,
    ...pooling,
    ...quantized,
    ...random,
    ...recurrentOperators,
    ...reduction,
    ...resizing,
    ...shapes,
    ...sources,
    ...spectral,
  }),
);
