import { main } from './custom-layer.js';

await main();
