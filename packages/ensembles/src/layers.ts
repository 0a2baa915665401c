export { softVote } from './soft-vote.js';
