import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { runCommand } from '../command.js';
import { publishable, type Manifest } from '../projects.js';
import type { Archive } from './archives.js';

/** A registry on this machine: it has our packages, and sends whoever asks for others to the usual registry. */
export interface Registry {
  readonly url: string;
  /** In which every package manager installs from here. */
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

interface Published {
  readonly manifest: Manifest;
  readonly archive: Buffer;
}

/** Whoever publishes here needs it. */
export const token = 'token-of-the-tests';

/** Serves these archives, and takes what is published with the token. */
export async function serveRegistry(archives: readonly Archive[]): Promise<Registry> {
  const upstream = (await runCommand('npm', ['config', 'get', 'registry'])).trim().replace(/\/?$/, '/');
  const ours = new Set(publishable.map(({ manifest }) => manifest.name));
  const published = new Map<string, Published>();
  for (const { path, manifest } of archives) published.set(manifest.name, { manifest, archive: await readFile(path) });
  let url = '';
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).slice(1);
    const name = path.replace(/^archives\//, '');
    const found = published.get(name);
    if (!ours.has(name)) {
      response.writeHead(307, { location: upstream + (request.url ?? '/').slice(1) }).end();
    } else if (request.method === 'PUT') {
      if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end('{}');
      published.set(name, await received(request));
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    } else if (found === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
    } else if (path.startsWith('archives/')) {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found.archive);
    } else {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(entryOf(found, url)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, environment: environmentOf(url), close: () => void server.close().closeAllConnections() };
}

/** What a package manager sends when it publishes one version. */
async function received(request: IncomingMessage): Promise<Published> {
  const { versions, _attachments } = (await json(request)) as {
    versions: Record<string, Manifest>;
    _attachments: Record<string, { data: string }>;
  };
  const [manifest] = Object.values(versions);
  const [archive] = Object.values(_attachments);
  return { manifest: manifest!, archive: Buffer.from(archive!.data, 'base64') };
}

/** What a registry says of a package. */
function entryOf({ manifest, archive }: Published, url: string): object {
  const { name, version } = manifest;
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const dist = { tarball: `${url}archives/${encodeURIComponent(name)}`, integrity };
  return {
    name,
    'dist-tags': { latest: version },
    // Package managers may refuse what has just been published.
    time: { [version]: '2020-01-01T00:00:00.000Z' },
    versions: { [version]: { ...manifest, dist } },
  };
}

function environmentOf(url: string): Record<string, string> {
  return {
    // `npm create` asks before it installs what creates.
    npm_config_yes: 'true',
    npm_config_registry: url,
    NPM_CONFIG_REGISTRY: url,
    PNPM_CONFIG_REGISTRY: url,
    YARN_NPM_REGISTRY_SERVER: url,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_ENABLE_TELEMETRY: 'false',
  };
}
