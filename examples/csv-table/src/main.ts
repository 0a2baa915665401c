import { main } from './csv-table.js';

await main();
