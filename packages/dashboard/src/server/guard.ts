import type { IncomingMessage } from 'node:http';

/** Names of this machine for itself: whatever else a Host header says comes from a page that has made a name point here. */
const loopback = ['127.0.0.1', 'localhost', '[::1]'];

/** Why a request is refused; undefined if it is not. */
export function refusal(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  port: number,
): { readonly status: number; readonly reason: string } | undefined {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, reason: 'only GET and HEAD are answered' };
  const hosts = loopback.map((name) => `${name}:${port}`);
  if (!headers.host || !hosts.includes(headers.host.toLowerCase()))
    return { status: 403, reason: 'this Host is not served' };
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host.toLowerCase()}`)
    return { status: 403, reason: 'pages of another origin are not answered' };
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, reason: 'other sites are not answered' };
  return undefined;
}

/** What goes with every answer. `scriptHash` is that of the one script that stands in the page. */
export function securityHeaders(scriptHash: string): Record<string, string> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      `script-src 'self' '${scriptHash}'`,
      // Charts carry their styles with them.
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
