import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runCommand } from '../command.js';
import type { Archive } from './archives.js';

/** A registry on this machine: it has the archives, and sends whoever asks for another package to the usual registry. */
export async function serveRegistry(archives: readonly Archive[]): Promise<{ url: string; close(): void }> {
  const upstream = (await runCommand('npm', ['config', 'get', 'registry'])).trim().replace(/\/?$/, '/');
  const byName = new Map(archives.map((archive) => [archive.manifest.name, archive]));
  let url = '';
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1);
    const archive = byName.get(path.replace(/^archives\//, ''));
    if (archive === undefined) {
      response.writeHead(307, { location: upstream + (request.url ?? '/').slice(1) }).end();
    } else if (path.startsWith('archives/')) {
      readFile(archive.path).then(
        (bytes) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes),
        () => response.writeHead(500).end(),
      );
    } else {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(entryOf(archive, url)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, close: () => void server.close().closeAllConnections() };
}

/** What a registry says of a package. */
function entryOf({ manifest, integrity }: Archive, url: string): object {
  const { name, version } = manifest;
  const dist = { tarball: `${url}archives/${encodeURIComponent(name)}`, integrity };
  return {
    name,
    'dist-tags': { latest: version },
    // Package managers may refuse what has just been published.
    time: { [version]: '2020-01-01T00:00:00.000Z' },
    versions: { [version]: { ...manifest, dist } },
  };
}
