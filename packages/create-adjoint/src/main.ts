import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { cancel, intro, outro, select, text } from '@clack/prompts';
import { create, templates, type Template } from './create.js';

const usage = `Usage: npm create adjoint -- [DIRECTORY] [--template ${Object.keys(templates).join('|')}]

${Object.entries(templates)
  .map(([name, about]) => `  ${name.padEnd(8)}${about}`)
  .join('\n')}

Examples:
  $ npm create adjoint -- my-app --template app
  $ npm create adjoint -- adjoint-gated --template plugin`;

try {
  await main();
} catch (error) {
  console.error(`create-adjoint: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { template: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) return console.log(usage);
  const isAsked = process.stdin.isTTY && (values.template === undefined || positionals[0] === undefined);
  if (!isAsked && (values.template === undefined || positionals[0] === undefined))
    throw new Error(`say which folder and which template.\n\n${usage}`);
  if (isAsked) intro('Adjoint');
  const template = (values.template ?? (await askTemplate())) as Template | undefined;
  if (template === undefined) return;
  const directory = positionals[0] ?? (await askDirectory(template));
  if (directory === undefined) return;
  await create({ template, directory });
  const steps = [
    `cd ${relative('.', directory) || '.'}`,
    'npm install',
    template === 'page' ? 'npm run dev' : 'npm test',
  ];
  const said = `Made ${directory}. Now:\n${steps.map((step) => `  ${step}`).join('\n')}`;
  if (isAsked) outro(said);
  else console.log(said);
}

async function askTemplate(): Promise<string | undefined> {
  const options = Object.entries(templates).map(([value, hint]) => ({ value, label: value, hint }));
  return answered(await select({ message: 'What do you begin?', options }));
}

async function askDirectory(template: Template): Promise<string | undefined> {
  const initialValue = `my-${template}`;
  return answered(await text({ message: 'In which folder?', initialValue }));
}

function answered(answer: string | symbol): string | undefined {
  if (typeof answer === 'string') return answer;
  cancel('Nothing was made.');
  return undefined;
}
