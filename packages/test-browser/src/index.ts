import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where Chromium is looked for. */
export const browserPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
export const hasBrowser = existsSync(browserPath);

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    // The sandbox does not start as root; the rest keeps the browser from asking the network for anything.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
