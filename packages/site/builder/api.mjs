// Writes a page for whatever the published packages export, from the doc comments in their declarations. Arguments: the
// folder to write to, and the entry points as JSON, [{ name, declarations }].
import { Application, LogLevel } from 'typedoc';
import { MemberRouter } from 'typedoc-plugin-markdown';

const [folder, json] = process.argv.slice(2);
const entries = JSON.parse(json);

/** A page of what is called Index must not be index.md, which VitePress takes for that of its folder. */
class Router extends MemberRouter {
  getIdealBaseName(reflection) {
    return super.getIdealBaseName(reflection).replace(/\/Index$/, '/Index-');
  }
}

const app = await Application.bootstrapWithPlugins({
  plugin: ['typedoc-plugin-markdown'],
  entryPoints: entries.map(({ declarations }) => declarations),
  tsconfig: new URL('tsconfig.json', import.meta.url).pathname,
  skipErrorChecking: true,
  logLevel: LogLevel.Error,
  name: 'API',
  readme: 'none',
  router: 'adjoint',
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  hidePageHeader: true,
  entryFileName: 'index',
  outputs: [{ name: 'markdown', path: folder }],
  useCodeBlocks: false,
  parametersFormat: 'list',
  sanitizeComments: true,
});
app.renderer.defineRouter('adjoint', Router);
const project = await app.convert();
if (!project) throw new Error('TypeDoc could not read the declarations.');
// TypeDoc names modules after their files; readers know them by what they import.
const nameOf = (path) =>
  entries.find(({ declarations }) => [`/${path}.d.ts`, `/${path}/index.d.ts`].some((end) => declarations.endsWith(end)))
    ?.name;
for (const module of project.children ?? []) module.name = nameOf(module.name) ?? module.name;
await app.generateOutputs(project);
if (app.logger.hasErrors()) process.exit(1);
