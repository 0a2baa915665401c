import { main } from './custom-regularizer.js';

await main();
