export * from './schema.js';
export { describeOptions, type OptionDescription } from './describe-options.js';
export { validateOptions } from './validate-options.js';
export { checkMaxBytes, maxBytesOption } from './max-bytes.js';
export { valueText } from '../../value-text.js';
export { didYouMean } from '../did-you-mean.js';
