/** Contract suites for implementers, and the oracle of the compiler. They take the test runner's function as an argument. */
export { interpretLoops } from './interpret-loops.js';
export { LoopInterpreterBackend } from './loop-interpreter-backend.js';
export { evaluateGraph } from './evaluate-graph.js';
export { testPrimitive, type PrimitiveSample } from './primitive-suite.js';
export { primitiveSamples } from './primitive-samples.js';
export type { Assertions, TestFunction } from './test-function.js';
export { testBackend, type BackendSuiteOptions } from './backend-suite/backend-suite.js';
export { testGradientTransform, type GradientTransformSample } from './gradient-transform-suite.js';
export { testLayer, type LayerSample } from './layer-suite.js';
export { testLoss, type LossSample } from './loss-suite.js';
export { testMetric, type MetricSample } from './metric-suite.js';
export { testOptimizer, type OptimizerSample } from './optimizer-suite.js';
export { testPlugin, type PluginSample } from './plugin-suite.js';
export { testRegularizer, type RegularizerSample } from './regularizer-suite.js';
export { testSchedule, type ScheduleSample } from './schedule-suite.js';
export { testThreads } from './thread-suite.js';
export { contextAt, hostStepAt, meanLoss, reducedLoss, type LossBatch } from './context-at.js';
export { metricFigures } from './metric-figures.js';
