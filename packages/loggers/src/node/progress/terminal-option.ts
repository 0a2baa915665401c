import { custom, optional } from '@adjoint/core/options';
import type { Terminal } from './board.js';

/** The option `terminal` of whatever draws. */
export const terminalOption = optional(
  custom<Terminal>(
    (value) => typeof (value as Partial<Terminal> | null)?.write === 'function',
    'a stream that is written to, such as process.stdout',
  ),
);
