import { availableBackends } from '../src/index.js';
import { scoringHolds } from './scoring-holds.js';

for (const backend of availableBackends) if (backend.name === 'native') scoringHolds(backend);
