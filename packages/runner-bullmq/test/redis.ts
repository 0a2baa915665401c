import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether there is a Redis to test with: Debian's package is `redis-server`. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) console.log('Tests of @adjoint/runner-bullmq are skipped: there is no redis-server on the path.');

/** A Redis of its own, on a free port of this machine, that keeps on disk what it acknowledges. */
export class RedisServer {
  #process: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly directory: string,
  ) {}

  static async start(): Promise<RedisServer> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const server = new RedisServer(port, await mkdtemp(join(tmpdir(), 'adjoint-redis-')));
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async begin(): Promise<void> {
    const persistence = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--dir', this.directory];
    this.#process = spawn('redis-server', ['--port', `${this.port}`, '--bind', '127.0.0.1', ...persistence]);
    await saying(this.#process, 'Ready to accept connections');
  }

  async kill(): Promise<void> {
    await kill(this.#process);
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.directory, { recursive: true, force: true });
  }
}

export const workerCommand = fileURLToPath(new URL('../../bin/adjoint-worker.js', import.meta.url));

/** A worker as a process of its own. */
export async function startWorker(redis: string, ...options: string[]): Promise<ChildProcess> {
  const plugins = ['--plugins', 'adjoint,./parts.js', '--patience', '1', '--count', '1', ...options];
  const worker = spawn(process.execPath, [workerCommand, '--redis', redis, ...plugins], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  await saying(worker, 'ready');
  return worker;
}

/** kill -9, and waits until the process is gone. */
export async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Waits until a process has written a text. */
export async function saying(child: ChildProcess, text: string): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (piece) => {
      output += String(piece);
      if (output.includes(text)) resolve();
    });
    child.stderr?.on('data', (piece) => (output += String(piece)));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`it ended with ${code}: ${output}`)));
  });
}
