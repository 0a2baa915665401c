// Writes a page per entry point of the published packages, from the doc comments in their declarations. Arguments: the
// folder to write to, and the entry points as JSON, [{ name, declarations }].
import { Application, LogLevel } from 'typedoc';

const [, , folder, json] = process.argv;
const entries = JSON.parse(json);

const app = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: entries.map(({ declarations }) => declarations),
  tsconfig: new URL('tsconfig.json', import.meta.url).pathname,
  skipErrorChecking: true,
  logLevel: LogLevel.Error,
  name: 'API',
  readme: 'none',
  router: 'module',
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  entryFileName: 'index',
  outputs: [{ name: 'markdown', path: folder }],
  useCodeBlocks: false,
  parametersFormat: 'list',
  sanitizeComments: true,
});
const project = await app.convert();
if (!project) throw new Error('TypeDoc could not read the declarations.');
// TypeDoc names modules after their files; readers know them by what they import.
const nameOf = (path) =>
  entries.find(({ declarations }) => [`/${path}.d.ts`, `/${path}/index.d.ts`].some((end) => declarations.endsWith(end)))
    ?.name;
for (const module of project.children ?? []) module.name = nameOf(module.name) ?? module.name;
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exit(1);
