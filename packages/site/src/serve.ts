import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** What gives a page shared memory, and so threads. */
export const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

/**
 * Serves the files of a folder below a path with a slash at both ends, on a free port, to this machine alone. Pages that
 * are not isolated get no threads. What is not there is answered with the folder's 404.html.
 */
export async function serveFolder(
  folder: string,
  { isolated = true, base = '/' } = {},
): Promise<{ readonly address: string; close(): void }> {
  const read = (path: string): Promise<Buffer | undefined> => readFile(join(folder, path)).catch(() => undefined);
  const server = createServer(async ({ url = '/' }, response) => {
    const path = pathOf(url);
    const content = path?.startsWith(base) ? await read(path.slice(base.length)) : undefined;
    const type = content ? (types[extname(path ?? '')] ?? 'application/octet-stream') : types['.html'];
    response
      .writeHead(content ? 200 : 404, { 'content-type': type, ...(isolated && isolation) })
      .end(content ?? (await read('404.html')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}${base}`, close: () => void server.close() };
}

/** The file of a request, which begins with a slash and leads to nothing above it. */
function pathOf(url: string): string | undefined {
  try {
    return normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname)).replace(/\/$/, '/index.html');
  } catch {
    return undefined;
  }
}
