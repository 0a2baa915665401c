// The error codes of the packages, from the comments on them, and the page that lists them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const page = 'docs/errors.md';
const marker = '<!-- Generated from here on by npm run docs:generate, from the comments on interface ErrorCodes. -->\n';

/** The codes that the packages declare with `interface ErrorCodes`, sorted; the meaning is '' where there is no comment. */
export function declaredCodes() {
  const codes = sourceFiles().flatMap(({ text }) =>
    [...text.matchAll(/^( *)(?:export )?interface ErrorCodes \{\n(.*?)^\1\}/gms)].flatMap(([, , body]) =>
      [...body.matchAll(/(?:\/\*\*((?:(?!\*\/).)*)\*\/\s*)?^ *(\w+): true;/gms)].map(([, comment = '', code]) => ({
        code,
        meaning: comment
          .replace(/^\s*\* ?/gm, '')
          .replace(/\s+/g, ' ')
          .trim(),
      })),
    ),
  );
  return codes.sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** The text of every source file of the packages. */
export function sourceFiles() {
  const folders = readdirSync('packages').map((name) => join('packages', name, 'src'));
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
}

/** The page with its list as it must be. */
export function errorsPage() {
  const [prose] = readFileSync(page, 'utf8').split(marker);
  const sections = declaredCodes().map(({ code, meaning }) => `\n## ${code}\n\n${meaning}\n`);
  return `${prose}${marker}${sections.join('')}`;
}
