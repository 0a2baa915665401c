import { request } from 'node:http';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { serveDashboard, type Dashboard } from '../src/index.js';
import { temporary, writeRun } from './written-run.js';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Asks as it stands: no client mends the path or the headers. */
function ask({ url }: Dashboard, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

async function served(
  t: ExecutionContext,
): Promise<{ readonly dashboard: Dashboard; readonly folder: string; readonly runs: string }> {
  const folder = await temporary(t);
  const runs = join(folder, 'runs');
  await writeRun(runs, 'first');
  const dashboard = await serveDashboard(runs);
  t.teardown(() => dashboard.close());
  return { dashboard, folder, runs };
}

test('the page, its scripts and the files of runs are served, and nothing else', async (t) => {
  const { dashboard } = await served(t);
  const page = await ask(dashboard, '/');
  t.is(page.status, 200);
  t.regex(page.body, /<script type="module" src="\/app\/page\/main\.js">/);
  for (const path of [
    '/app/page/main.js',
    '/app/view/charts.js',
    '/plots/index.js',
    '/plots/charts/line-chart.js',
    '/lib/plot.js',
    '/lib/d3.js',
    '/lib/plot-module.js',
    '/style.css',
  ])
    t.is((await ask(dashboard, path)).status, 200, path);
  const metadata = await ask(dashboard, '/runs/first/metadata');
  t.is((JSON.parse(metadata.body) as { name: string }).name, 'first');
  t.is((await ask(dashboard, '/runs/first/examples')).status, 200);
  for (const path of [
    '/package.json',
    '/app/server/serve-dashboard.js',
    '/app/page/style.css',
    '/runs',
    '/runs/',
    '/runs/first',
    '/runs/none/events',
    '/runs/first/run.json',
  ])
    t.is((await ask(dashboard, path)).status, 404, path);
});

test('a log is read from where the last reading ended', async (t) => {
  const { dashboard } = await served(t);
  const whole = await ask(dashboard, '/runs/first/events');
  t.is(whole.headers['content-length'], String(Buffer.byteLength(whole.body)));
  t.is((await ask(dashboard, '/runs/first/events?from=10')).body, whole.body.slice(10));
  t.is((await ask(dashboard, `/runs/first/events?from=${whole.body.length}`)).body, '');
  for (const from of ['-1', '0.5', 'x', '1e99', 'NaN'])
    t.is((await ask(dashboard, `/runs/first/events?from=${from}`)).status, 404, from);
  const head = await ask(dashboard, '/runs/first/events', {}, 'HEAD');
  t.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', whole.headers['content-length']]);
});

test('no path leads out of the folder', async (t) => {
  const { dashboard, folder, runs } = await served(t);
  await writeFile(join(folder, 'run.json'), '"secret"');
  await writeFile(join(runs, 'run.json'), '"secret"');
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside', 'run.json'), '"secret"');
  const paths = [
    '/../run.json',
    '/runs/../metadata',
    '/runs/../outside/metadata',
    '/runs/%2e%2e/metadata',
    '/runs/..%2f..%2foutside/metadata',
    '/runs/./metadata',
    '/runs//metadata',
    '/runs/first/../../outside/metadata',
    '/runs/..%5coutside/metadata',
    '/runs/first%00/metadata',
    '/app/page/../../../package.json',
    '/app/page/..%2f..%2f..%2fpackage.json',
    '//etc/passwd',
    '/\\..\\..\\run.json',
    `${dashboard.url}../run.json`,
    '/runs/....//metadata',
    '/runs/.hidden/metadata',
    `/runs/${'a'.repeat(300)}/metadata`,
    '/%',
    '/runs/%ff/events',
  ];
  for (const path of paths) {
    const { status, body } = await ask(dashboard, path);
    t.true(status === 404 || status === 500, `${path}: ${status}`);
    t.false(body.includes('secret'), path);
  }
});

test('no link leads out of the folder, be it a run or a file of one', async (t) => {
  const { dashboard, folder, runs } = await served(t);
  const outside = await writeRun(folder, 'outside');
  await symlink(outside, join(runs, 'linked'));
  await mkdir(join(runs, 'second'));
  for (const file of ['run.json', 'events.jsonl', 'examples.json'])
    await symlink(join(outside, file), join(runs, 'second', file));
  await mkdir(join(runs, 'third', 'run.json'), { recursive: true });
  for (const id of ['linked', 'second', 'third'])
    for (const file of ['metadata', 'events', 'examples'])
      t.is((await ask(dashboard, `/runs/${id}/${file}`)).status, 404, `${id}/${file}`);
  // The folder itself may be a link: that is what the user has named.
  await symlink(runs, join(folder, 'link'));
  const other = await serveDashboard(join(folder, 'link'));
  t.teardown(() => other.close());
  t.is((await ask(other, '/runs/first/metadata')).status, 200);
});

test('who comes under another name, from another page, or wants to change something is refused', async (t) => {
  const { dashboard } = await served(t);
  const { host, port } = new URL(dashboard.url);
  t.regex(host, /^127\.0\.0\.1:/);
  for (const own of [host, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
    t.is((await ask(dashboard, '/', { host: own })).status, 200, own);
  // A name that an attacker has made point here.
  for (const foreign of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:${Number(port) + 1}`,
    `127.0.0.1.evil.example:${port}`,
  ])
    t.is((await ask(dashboard, '/runs/first/events', { host: foreign })).status, 403, foreign);
  t.is((await ask(dashboard, '/', { origin: `http://${host}` })).status, 200);
  for (const origin of ['http://evil.example', 'null', `https://${host}`, `http://localhost:${port}`])
    t.is((await ask(dashboard, '/changes', { origin })).status, 403, origin);
  for (const site of ['cross-site', 'same-site'])
    t.is((await ask(dashboard, '/', { 'sec-fetch-site': site })).status, 403, site);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
    t.is((await ask(dashboard, '/', {}, method)).status, 405, method);
});

test('every answer says what a page may do, and other origins may read none', async (t) => {
  const { dashboard } = await served(t);
  for (const path of ['/', '/app/page/main.js', '/runs/first/events', '/nothing']) {
    const { headers } = await ask(dashboard, path);
    const policy = String(headers['content-security-policy']);
    t.regex(policy, /^default-src 'none'; script-src 'self' 'sha256-[\w+/=]{44}'; /, path);
    t.regex(policy, /connect-src 'self'; .*frame-ancestors 'none'$/, path);
    t.is(headers['x-content-type-options'], 'nosniff');
    t.is(headers['cross-origin-resource-policy'], 'same-origin');
    t.is(headers['access-control-allow-origin'], undefined);
  }
});

test('what is no folder, or a port that is taken, is an error in words', async (t) => {
  const { dashboard, folder, runs } = await served(t);
  await writeFile(join(folder, 'file'), '');
  for (const path of [join(folder, 'none'), join(folder, 'file')])
    await t.throwsAsync(serveDashboard(path), { code: 'FILE_UNREADABLE' });
  const port = Number(new URL(dashboard.url).port);
  await t.throwsAsync(serveDashboard(runs, { port }), { code: 'OPTIONS_INVALID', message: /cannot be had/ });
  await t.throwsAsync(serveDashboard(runs, { port: 65536 }), { code: 'OPTIONS_INVALID' });
});
