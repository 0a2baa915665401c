// The ensemble strategies of this package by name. A new one is its file and a line here.
export { softVoting } from './soft-voting.js';
