import type { TrainingEvents } from './training-events.js';
import type { TypedEvents } from '../events/typed-events.js';
import type { RandomSource } from '../random/random-source.js';
import { serviceToken } from '../registry/services.js';

/** The events of the trainer that something is created for. */
export const EVENTS = serviceToken<TypedEvents<TrainingEvents>>('events');

/** The random source of the trainer that something is created for; take `child(name)` of it. */
export const RANDOM = serviceToken<RandomSource>('random');
