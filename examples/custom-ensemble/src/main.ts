import { main } from './custom-ensemble.js';

await main();
