export { multiHeadAttention } from './multi-head-attention.js';
export { patchEmbedding } from './patch-embedding.js';
export { classToken, learnedPositions, rotaryPositions, sinusoidalPositions } from './positions.js';
export { transformerBlock, type TransformerBlockOptions } from './transformer-block.js';
