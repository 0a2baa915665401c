import { parseArgs } from 'node:util';
import { runWorker } from './run-worker.js';

const help = `adjoint-worker --redis URL --plugins MODULE,… [--queue NAME] [--count N] [--patience SECONDS]

Takes jobs of the runner 'bullmq' from a queue in Redis and runs them, until it is ended by Ctrl-C, which lets the jobs
finish that run; a second one does not.

  --redis URL          where Redis is: redis://host:port
  --plugins MODULE,…   whose plugins jobs may name, as seen from the current directory: adjoint if not given
  --queue NAME         the queue: jobs if not given
  --count N            jobs at a time: as many as the machine runs at once if not given
  --patience SECONDS   without a word from a worker after which its jobs go to others: 30 if not given`;

try {
  await main();
} catch (error) {
  console.error(`adjoint-worker: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      redis: { type: 'string' },
      plugins: { type: 'string', default: 'adjoint' },
      queue: { type: 'string' },
      count: { type: 'string' },
      patience: { type: 'string' },
    },
  });
  if (values.help) return console.log(help);
  if (values.redis === undefined) throw new Error(`it is not said where Redis is.\n\n${help}`);
  await runWorker({
    redis: values.redis,
    queue: values.queue,
    plugins: values.plugins.split(',').filter(Boolean),
    count: numberOf('count', values.count, Number.isInteger),
    patience: numberOf('patience', values.patience, Number.isFinite),
  });
}

function numberOf(name: string, text: string | undefined, fits: (number: number) => boolean): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (number > 0 && fits(number)) return number;
  throw new Error(`--${name} is '${text}'; give ${fits === Number.isInteger ? 'a whole number' : 'a number'} above 0.`);
}
