import test from 'ava';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { publishable } from './projects.js';
import { importScript } from './scripts.js';

// What an editor shows is read off the declarations that packages are published with.
for (const { directory, manifest } of publishable) {
  test(`every name and option of ${manifest.name} has something to show in an editor`, async (t) => {
    const { annotated } = await importScript('declarations.mjs');
    const source = join(directory, 'dist/src');
    const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.d.ts'));
    const silent: string[] = [];
    for (const file of files) {
      const path = join(source, file);
      silent.push(...undocumented(await annotated(await readFile(path, 'utf8'), path), file));
    }
    t.deepEqual(silent, []);
  });
}

/** Definitions and their options that follow no comment; options may be an interface of the same file. */
function undocumented(text: string, file: string): string[] {
  const declarations = text.matchAll(/^export declare const (\w+): [^;\n]*\bDefinition<(?:[^;\n]*;$|[^]*?^\}.*;$)/gm);
  return [...declarations].flatMap((declaration) => {
    const [whole, name] = declaration;
    const [, options] = /^.*\bSchema<(\w+)/.exec(whole) ?? [];
    const isSilent = !endsInComment(text.slice(0, declaration.index));
    const [fields = whole] = new RegExp(`^(?:export )?interface ${options} [^]*?^\\}$`, 'm').exec(text) ?? [];
    return [
      ...(isSilent ? [`${file}: ${name}`] : []),
      ...silentFields(fields).map((field) => `${file}: ${name}.${field}`),
    ];
  });
}

function silentFields(text: string): string[] {
  return [...text.matchAll(/^ {4}(?:readonly )?(\w+)\??: /gm)]
    .filter((field) => !endsInComment(text.slice(0, field.index)))
    .map(([, field = '']) => field);
}

function endsInComment(text: string): boolean {
  return /\*\/\s*$/.test(text);
}

test('a name and an option without a comment are found', (t) => {
  const text = `/** Told. */
export declare const a: Definition<"layer", ObjectSchema<{
    /** Told. */
    b: Schema<number>;
    c: Schema<number>;
}>>;
export declare const d: Definition<"layer", Schema<Options>>;
interface Options {
    readonly e: number;
}
`;
  t.deepEqual(undocumented(text, 'x'), ['x: a.c', 'x: d', 'x: d.e']);
});

test('what is internal is not in published declarations', async (t) => {
  const { withoutInternals } = await importScript('declarations.mjs');
  const text = `export declare class Model {
    /** Kept. */
    readonly a: number;
    /**
     * Of nobody's concern.
     * @internal
     */
    readonly b: {
        readonly c: number;
    };
    /** @internal Use app.model. */
    constructor(a: number, b: {
        readonly c: number;
    });
    /** Kept, too. */
    d(): void;
}
`;
  t.is(
    withoutInternals(text),
    `export declare class Model {
    /** Kept. */
    readonly a: number;
    private constructor();
    /** Kept, too. */
    d(): void;
}
`,
  );
});
