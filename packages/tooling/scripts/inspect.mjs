// npm run inspect -- FILE: shows what the compiler makes of a function, stage by stage. FILE is a module (TypeScript of
// this workspace, or JavaScript) whose default export takes an app and returns an inspection, such as
//   export default (app) => trainer.inspect({ inputs, targets });  // a training step
//   export default (app) => model.inspect(types);                  // a model in use
//   export default (app) => inspect(app.trace(f), types);          // any function
import { native } from '@adjoint/backend-native';
import { createApp, inspectionText, isAdjointError, stages } from 'adjoint';
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const backends = ['wasm', 'native', 'reference'];
const usage = `Usage: npm run inspect -- FILE [--stage ${stages.join('|')}] [--backend ${backends.join('|')}] [--threads N]`;

/** A command line that cannot be carried out. */
class UsageError extends Error {}

try {
  console.log(await main());
} catch (error) {
  const isOurs = isAdjointError(error) || error instanceof UsageError;
  console.error(isOurs ? error.message : error);
  if (error instanceof UsageError) console.error(usage);
  process.exitCode = 1;
}

async function main() {
  const { file, stage, backend, threads } = readArguments();
  const { default: look } = await import(pathToFileURL(compiled(file)).href);
  if (typeof look !== 'function')
    throw new UsageError(`${file} has no function as its default export: (app) => inspect(app.trace(f), types).`);
  const app = createApp({
    plugins: backend === 'native' ? [native] : [],
    backend: backend === 'reference' ? backend : { [backend]: { threads } },
  });
  try {
    return inspectionText(await look(app), stage);
  } finally {
    await app.close();
  }
}

function readArguments() {
  const { values, positionals } = parse();
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('Name one module.');
  const { stage, backend } = values;
  if (stage !== undefined && !stages.includes(stage)) throw new UsageError(`There is no stage '${stage}'.`);
  if (!backends.includes(backend)) throw new UsageError(`There is no backend '${backend}'.`);
  const threads = Number(values.threads);
  if (!Number.isInteger(threads) || threads < 1)
    throw new UsageError(`--threads is '${values.threads}'; it must be a whole number ≥ 1.`);
  // npm runs scripts in the workspace's folder and tells where it was called.
  const path = resolve(process.env.INIT_CWD ?? '.', file);
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}.`);
  return { file: path, stage, backend, threads };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        stage: { type: 'string' },
        backend: { type: 'string', default: 'wasm' },
        // The code depends on it, and is to be the same on every machine.
        threads: { type: 'string', default: '1' },
      },
    });
  } catch (cause) {
    throw new UsageError(cause.message);
  }
}

/** What the compiler made of a TypeScript file: PROJECT/src/x.ts becomes PROJECT/dist/src/x.js. */
function compiled(file) {
  if (!file.endsWith('.ts')) return file;
  let project = dirname(file);
  while (!existsSync(join(project, 'tsconfig.json'))) {
    if (project === dirname(project)) throw new UsageError(`${file} belongs to no TypeScript project.`);
    project = dirname(project);
  }
  return join(project, 'dist', relative(project, file).replace(/\.ts$/, '.js'));
}
