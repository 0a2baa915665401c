/** Holds what is computed against values from papers, formulas and other programs. */
export { hookContext, hooksOf, penaltyOf } from './apply-hooks.js';
export { applyLayer, choiceOf, type LayerResult, type LayerRun } from './apply-layer.js';
export { readCases, type Case, type Values } from './cases.js';
export { contextOn, descend, slotOf, type Descent, type Position } from './descend.js';
export { differenceOf, near } from './near.js';
export { testCases, type CaseSuite } from './test-cases.js';
