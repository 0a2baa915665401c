// The schedules of this package by name. A new one is its file and a line here.
export { cosine } from './schedules/cosine.js';
