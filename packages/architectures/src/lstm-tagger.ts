// This package declares the names of the layers that are composed here.
import '@adjoint/layers';
import { compose, type Composition } from '@adjoint/core';

export interface LstmTaggerOptions {
  /** Number of words that are known; their indices are 0 … words − 1. */
  readonly words: number;
  /** Number of tags. */
  readonly tags: number;
  /** Length of the vector of a word; 100 if not given. */
  readonly features?: number;
  /** Length of the state of each direction; 100 if not given. */
  readonly units?: number;
  /** Number of stacked layers; 1 if not given. */
  readonly layers?: number;
  /** Whether sentences are read both ways; true if not given. */
  readonly bidirectional?: boolean;
  /** Probability of dropout before the tags; 0.5 if not given. */
  readonly dropout?: number;
  /** Whether a second input, bool [time], says which words there are and which are padding; false if not given. */
  readonly masked?: boolean;
  /** Words of a sentence; null, if not given, for any number. */
  readonly time?: number | null;
}

/**
 * A tag for each word of a sentence: words, int32 [time], to logits [tags, time], as `crossEntropy` takes them. Huang et al.
 * 2015, arXiv:1508.01991, the networks LSTM and BI-LSTM.
 */
export function lstmTagger(options: LstmTaggerOptions): Composition {
  const { words, tags, features = 100, units = 100, layers = 1, bidirectional = true, dropout = 0.5 } = options;
  const { masked = false, time = null } = options;
  return compose(({ input, layer }) => {
    const sentence = input([time], { name: 'words', dtype: 'int32' });
    const rows = layer({ embedding: { words, features }, name: 'embedding' }, sentence);
    const mask = masked ? [input([time], { name: 'mask', dtype: 'bool' })] : [];
    const read = layer({ lstm: { units, layers, bidirectional, dropout: layers > 1 ? dropout : 0 }, name: 'lstm' }, [
      rows,
      ...mask,
    ]);
    const kept = layer({ dropout: { rate: dropout } }, read);
    return layer({ permute: { axes: [2, 1] } }, layer({ dense: { units: tags }, name: 'tags' }, kept));
  });
}
