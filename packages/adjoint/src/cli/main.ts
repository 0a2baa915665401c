import { runCommandLine } from './command-line.js';
import { exitCodes } from './exit-codes.js';

// Whoever reads what is written may have seen enough, as `head` has.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(exitCodes.closed);
  });

process.exitCode = await runCommandLine(process.argv.slice(2));
