import { chromium, devices, type Browser, type BrowserContext } from '@playwright/test';
import { existsSync } from 'node:fs';

/** Path of the system's Chromium; null (with a loud line) where there is none. */
export function systemChromium(): string | null {
  const path = [process.env['GRAFT_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => file !== undefined && existsSync(file));
  if (path === undefined) console.warn('SKIPPED: no Chromium for the phone page (Debian: apt-get install chromium); the server itself is tested without it');
  return path ?? null;
}

/** Opens a real browser. Flags: beyond those that a test needs. */
export function openBrowser(path: string, flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...flags] });
}

/** A phone: its viewport, touch and browser name. */
export function openPhone(browser: Browser, options: { readonly language?: 'en' | 'ru'; readonly dark?: boolean; readonly insecure?: boolean } = {}): Promise<BrowserContext> {
  return browser.newContext({ ...devices['Pixel 5'], locale: options.language === 'ru' ? 'ru-RU' : 'en-GB', colorScheme: options.dark ? 'dark' : 'light', ignoreHTTPSErrors: options.insecure === true });
}
