export * from './schema.js';
export type { OptionDescription } from './describe-options.js';
