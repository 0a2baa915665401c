export { every, TypedEvents, type EventHandler, type HandlerFailure, type TypedEventsOptions } from './typed-events.js';
export * from '../training/training-events.js';
