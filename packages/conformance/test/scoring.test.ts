import { availableBackends } from '../src/index.js';
import { scoringHolds } from './scoring-holds.js';

// Those on native, which are each a compilation of C, are in scoring.slow.ts.
for (const backend of availableBackends) if (backend.name !== 'native') scoringHolds(backend);
