// Bundles the page's program and serves it, with the images that come with @adjoint/data, to this machine alone.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Seen from `dist/src`, in this package and in @adjoint/data. */
const html = new URL('../../index.html', import.meta.url);
const images = new URL('../../assets/fashion-mnist/', import.meta.resolve('@adjoint/data'));

/** What gives a page shared memory, and so threads. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Serves on a free port of 127.0.0.1. Pages that are not isolated from other origins get no threads. */
export async function servePage({ isolated = true } = {}): Promise<{ server: Server; address: string }> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.js', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  const imageFile = async (name: string): Promise<[string, Uint8Array]> => [
    `/fashion-mnist/${name}`,
    await readFile(new URL(name, images)),
  ];
  const files = new Map<string, Uint8Array>([
    ['/', await readFile(html)],
    ['/page.js', outputFiles[0]!.contents],
    await imageFile('t10k-images-idx3-ubyte.gz'),
    await imageFile('t10k-labels-idx1-ubyte.gz'),
  ]);
  const server = createServer(({ url = '/' }, response) => {
    const content = files.get(url);
    const type = url === '/' ? 'text/html' : url.endsWith('.js') ? 'text/javascript' : 'application/octet-stream';
    response.writeHead(content ? 200 : 404, { 'content-type': type, ...(isolated && isolation) }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
