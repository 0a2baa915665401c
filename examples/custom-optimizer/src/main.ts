import { main } from './custom-optimizer.js';

await main();
