import { main } from './compose-model.js';

await main();
