export * from './schema.js';
export type { OptionDescription } from './describe-options.js';
export { valueText } from './schema-text.js';
export { validateOptions } from './validate-options.js';
