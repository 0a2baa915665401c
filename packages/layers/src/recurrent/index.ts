export { gru, lstm, simpleRnn } from './layers.js';
