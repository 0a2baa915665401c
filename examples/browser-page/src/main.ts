import { main } from './browser-page.js';

await main();
