export { annotateDeclarations } from './annotate-declarations.js';
export { definitionsOf } from './definitions-of.js';
