import { Command, CommanderError, Option } from 'commander';
import { CORE_VERSION, isAdjointError, stages } from '@adjoint/core';
import { exitCodes } from './exit-codes.js';
import { UsageError } from './usage-error.js';
import { list, seconds, wholeNumber } from './values.js';

/** The command line as a tree of commands. What each does is loaded when it is called. */
export function commandLine(): Command {
  const program = new Command('adjoint')
    .description('Trains neural networks, and looks at them.')
    .version(CORE_VERSION)
    .exitOverride()
    .showHelpAfterError('Add --help for help.')
    .configureHelp({ showGlobalOptions: true })
    .option('--verbose', 'show where an error comes from');
  const add = (usage: string, description: string, ...examples: readonly string[]): Command =>
    program
      .command(usage)
      .description(description)
      .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ npx adjoint ${line}`).join('\n')}\n`);
  const withApp = (command: Command): Command =>
    command
      .option('--backend <name>', 'what computes: wasm, native (of @adjoint/backend-native) or reference')
      .option('--plugins <module,…>', 'modules whose plugins are used, too', list);

  withApp(
    add(
      'train <config>',
      'Trains as a file says: JSON, or the default export of a .ts or .js module.',
      'train digits.json',
      'train digits.json --runs runs',
      'train run.ts --epochs 3 --backend native',
      'train run.ts --resume',
    ),
  )
    .option('--epochs <n>', 'passes over the data, whatever the file says', wholeNumber(1))
    .option('--output <dir>', 'where the model and checkpoints go, whatever the file says')
    .option('--runs <dir>', 'keeps figures in a folder of it, for dashboard and report')
    .option('--resume', 'take up the run in the output folder')
    .action(async (config, flags) => (await import('./commands/train.js')).train(config, flags));

  withApp(
    add(
      'evaluate <checkpoint>',
      'Loss and metrics of a trained model on some data.',
      'evaluate output/run.safetensors --data digits',
      `evaluate output/run.safetensors --data '{"fashionMnist":{"part":"test"}}'`,
    ),
  )
    .requiredOption('--data <dataset>', 'its name, or JSON with its options')
    .option('--batch-size <n>', 'examples at a time', wholeNumber(1))
    .option('--json', 'write JSON')
    .action(async (checkpoint, flags) => (await import('./commands/evaluate.js')).evaluate(checkpoint, flags));

  withApp(
    add(
      'predict <model>',
      'What a model says to examples, a line of JSON for each.',
      'predict output/model.safetensors --data digits --as class',
      'predict output/model.safetensors --input examples.json',
      'predict output/model.safetensors --input - --output outputs.jsonl',
    ),
  )
    .option('--data <dataset>', 'a dataset: its name, or JSON with its options')
    .option('--input <file>', 'nested arrays in JSON; - for the standard input')
    .addOption(
      new Option('--as <form>', 'what is written').choices(['output', 'probabilities', 'class']).default('output'),
    )
    .option('--output <file>', 'where it is written, if not to the standard output')
    .action(async (model, flags) => (await import('./commands/predict.js')).predict(model, flags));

  withApp(
    add(
      'summary <model>',
      'The layers of a model: of a configuration, a checkpoint or a saved model.',
      'summary digits.json',
      'summary output/model.safetensors',
    ),
  ).action(async (model, flags) => (await import('./commands/summary.js')).summary(model, flags));

  withApp(
    add(
      'inspect <config>',
      'What the compiler makes of a training step, from the graph to the generated code.',
      'inspect digits.json --stage loops',
      'inspect digits.json --model --stage code',
    ),
  )
    .addOption(new Option('--stage <name>', 'one stage alone').choices([...stages]))
    .option('--model', 'the model in use instead of the training step')
    .action(async (config, flags) => (await import('./commands/inspect.js')).inspect(config, flags));

  withApp(
    add(
      'plugins [kind] [name]',
      'What there is to choose from, with options, formulas and sources.',
      'plugins',
      'plugins optimizer',
      'plugins layer conv2d',
    ),
  )
    .option('--json', 'write JSON')
    .action(async (kind, name, flags) => (await import('./commands/plugins.js')).plugins(kind, name, flags));

  withApp(
    add(
      'convert <from> <to>',
      'Writes a model in another format: .safetensors, .onnx (by @adjoint/onnx), or .json without weights.',
      'convert model.safetensors model.onnx',
      'convert resnet.onnx resnet.safetensors',
      'convert model.safetensors page.safetensors --standalone 1',
    ),
  )
    .option('--standalone <examples>', 'with code for so many examples at a time, for pages', wholeNumber(1))
    .action(async (from, to, flags) => (await import('./commands/convert.js')).convert(from, to, flags));

  withApp(add('bench [config]', 'Times training steps on this machine.', 'bench', 'bench run.ts --backend native'))
    .option('--steps <n>', 'how many are timed', wholeNumber(1), 50)
    .action(async (config, flags) => (await import('./commands/bench.js')).bench(config, flags));

  add(
    'dashboard <dir>',
    'Shows the runs in a folder, live, in a browser (by @adjoint/dashboard).',
    'dashboard runs',
    'dashboard runs --port 8080',
  )
    .option('--port <n>', 'a free one if not given', wholeNumber(0))
    .action(async (directory, flags) => (await import('./commands/dashboard.js')).dashboard(directory, flags));

  add(
    'report <run>',
    'Writes a run as one HTML page that needs no network (by @adjoint/dashboard).',
    'report runs/digits',
    'report runs/digits --output digits.html',
  )
    .option('--output <file>', 'where it is written', 'report.html')
    .action(async (run, flags) => (await import('./commands/dashboard.js')).report(run, flags));

  add(
    'annotate <folder>',
    'Writes what the options of a plugin mean into its compiled declarations, for editors to show.',
    'annotate dist',
  ).action(async (folder) => (await import('./commands/annotate.js')).annotate(folder));

  add(
    'worker',
    'Runs jobs from a queue in Redis (by @adjoint/runner-bullmq).',
    'worker --redis redis://queue.example:6379 --plugins adjoint,@adjoint/data/node',
  )
    .requiredOption('--redis <url>', 'where Redis is')
    .option('--plugins <module,…>', 'whose plugins jobs may name', list, ['adjoint'])
    .option('--queue <name>', 'the queue: jobs if not given')
    .option('--count <n>', 'jobs at a time: as many as the machine runs at once if not given', wholeNumber(1))
    .option('--patience <seconds>', 'without a word, after which jobs go to others: 30 if not given', seconds)
    .action(async (flags) => (await import('./commands/worker.js')).worker(flags));

  return program;
}

/** Carries out a command line and returns the exit code. What goes wrong is said in a line; with `--verbose`, where. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await commandLine().parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    // Commander has said by itself what is wrong.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const isKnown = isAdjointError(error) || error instanceof UsageError;
    const message = error instanceof Error ? error.message : String(error);
    console.error(
      args.includes('--verbose') ? error : `adjoint: ${isKnown ? message : `${message} (--verbose shows where)`}`,
    );
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}
