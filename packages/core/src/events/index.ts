export { every, TypedEvents, type EventHandler, type HandlerFailure, type TypedEventsOptions } from './typed-events.js';
