import { main } from './training-events.js';

await main();
