import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AdjointError } from '@adjoint/core';
import { documented, natural, object, optional, refine, validateOptions } from '@adjoint/core/options';
import { refusal, securityHeaders } from './guard.js';
import { pageFiles, type PageFiles } from './page-files.js';
import { RunFiles, type RunState } from './run-files.js';

export interface DashboardOptions {
  /** A free one if not given, or 0. */
  readonly port?: number;
}

/** A dashboard that is being served. */
export interface Dashboard {
  /** Where a browser finds it. */
  readonly url: string;
  /** The folder of the runs. */
  readonly directory: string;
  /** Lets the process end while it is served. */
  unref(): void;
  close(): Promise<void>;
}

/** Milliseconds between two looks for changes, while a page is open. */
const interval = 500;
const portNumber = refine(natural, (port) => port <= 65535, 'at most 65535');
export const portOption = documented(
  optional(portNumber),
  'Port of the page on this machine; a free one if not given, or 0.',
);
const dashboardOptions = object({ port: portOption });

/**
 * Serves a page over the runs in a folder, also while they go on, to this machine alone.
 * @throws AdjointError `FILE_UNREADABLE` for a folder that is not there; `OPTIONS_INVALID` for a port that is taken
 */
export async function serveDashboard(directory: string, options: DashboardOptions = {}): Promise<Dashboard> {
  validateOptions(dashboardOptions, options, 'serveDashboard');
  const { port = 0 } = options;
  const [runs, page] = await Promise.all([RunFiles.open(directory), pageFiles()]);
  const server = createServer();
  const site = new Site(server, runs, page);
  server.on('request', (request, response) => void site.answer(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    const message = `serveDashboard: port ${port} cannot be had (${(cause as Error).message}); leave it out for a free one.`;
    throw new AdjointError('OPTIONS_INVALID', message, { cause });
  });
  return {
    url: `http://127.0.0.1:${site.port}/`,
    directory: runs.directory,
    unref: () => {
      server.unref();
      // A page that is open holds a connection.
      server.on('connection', (socket) => socket.unref());
    },
    close: () => site.close(),
  };
}

class Site {
  readonly #listeners = new Set<ServerResponse>();
  readonly #headers: Record<string, string>;
  #timer: NodeJS.Timeout | undefined;
  #told = '';

  constructor(
    readonly server: Server,
    readonly runs: RunFiles,
    readonly page: PageFiles,
  ) {
    this.#headers = securityHeaders(page.scriptHash);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refused = refusal(request, this.port);
    const send = (status: number, type: string, content: string | Uint8Array): void =>
      void response
        .writeHead(status, { ...this.#headers, 'content-type': type, 'content-length': Buffer.byteLength(content) })
        .end(request.method === 'HEAD' ? undefined : content);
    try {
      if (refused) return send(refused.status, 'text/plain', `${refused.reason}\n`);
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
      const file = this.page.files.get(pathname);
      if (file) return send(200, file.type, file.content);
      if (pathname === '/changes') return await this.#listen(response);
      const [, id, name] = /^\/runs\/([\w.-]+)\/(metadata|events|examples)$/.exec(pathname) ?? [];
      const from = Number(searchParams.get('from') ?? 0);
      if (id && name && Number.isSafeInteger(from) && from >= 0) {
        const content = await this.runs.read(id, name as 'metadata' | 'events' | 'examples', from);
        const type = name === 'events' ? 'application/jsonl; charset=utf-8' : 'application/json; charset=utf-8';
        if (content) return send(200, type, content);
      }
      send(404, 'text/plain', 'there is no such thing\n');
    } catch {
      if (!response.headersSent) send(500, 'text/plain', 'this cannot be answered\n');
      else response.destroy();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Tells of all runs at once and again whenever something has changed: server-sent events. */
  async #listen(response: ServerResponse): Promise<void> {
    response.writeHead(200, { ...this.#headers, 'content-type': 'text/event-stream' });
    response.write(eventOf(await this.runs.list()));
    this.#listeners.add(response);
    response.once('close', () => {
      this.#listeners.delete(response);
      if (this.#listeners.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
    this.#timer ??= setInterval(() => void this.#look(), interval).unref();
  }

  async #look(): Promise<void> {
    // A folder that is away for a moment is looked at again.
    const states = await this.runs.list().catch(() => undefined);
    if (!states) return;
    const text = eventOf(states);
    if (text === this.#told) return;
    this.#told = text;
    for (const listener of this.#listeners) listener.write(text);
  }
}

function eventOf(states: readonly RunState[]): string {
  return `data: ${JSON.stringify(states)}\n\n`;
}
