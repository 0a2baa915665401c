export { inspect, stages, type Inspection } from './inspect.js';
export type { InspectNames } from './node-names.js';
