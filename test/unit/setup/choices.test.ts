import { describe, expect, it } from 'vitest';
import { executableName, stockPath } from '../../../electron/setup/electron.mjs';
import { versionIn } from '../../../electron/setup/ffmpeg.mjs';
import { progressText } from '../../../electron/setup/log.mjs';
import { sameVersions } from '../../../electron/setup/packages.mjs';
import { PINS, cacheFolder, hasDisplay, platformKey } from '../../../electron/setup/platform.mjs';
import { prebuildSuits } from '../../../electron/setup/sqlite.mjs';
import { notFound, spelling } from '../../../electron/setup/system.mjs';
import { wheelPath } from '../../../electron/setup/tensorflow.mjs';

describe('platform', () => {
  it('keeps the cache where each platform keeps caches, unless GRAFT_CACHE says otherwise', () => {
    expect(cacheFolder({}, 'linux', '/home/a')).toBe('/home/a/.cache/graft');
    expect(cacheFolder({ XDG_CACHE_HOME: '/x' }, 'linux', '/home/a')).toBe('/x/graft');
    expect(cacheFolder({}, 'darwin', '/Users/a')).toBe('/Users/a/Library/Caches/graft');
    expect(cacheFolder({ GRAFT_CACHE: '/elsewhere' }, 'linux', '/home/a')).toBe('/elsewhere');
  });

  it('knows a display by its variables on Linux and takes it for granted elsewhere', () => {
    expect(hasDisplay({}, 'linux')).toBe(false);
    expect(hasDisplay({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toBe(true);
    expect(hasDisplay({}, 'darwin')).toBe(true);
  });

  it('names Electron by platform', () => {
    expect(platformKey('win32', 'x64')).toBe('win32-x64');
    expect(executableName('darwin')).toContain('Electron.app');
    expect(executableName('linux')).toBe('electron');
  });
});

describe('pins', () => {
  const pins = Object.values(PINS).flatMap((engine) => Object.values((engine as { platforms?: Record<string, unknown[]> }).platforms ?? {}).flat()) as {
    source: string; file: string; url?: string; package?: string; sha256: string | null;
  }[];

  it('gives every main file a checksum, and an address or a package', () => {
    for (const pin of pins) {
      expect(pin.sha256, pin.file).toMatch(/^[0-9a-f]{64}$/);
      expect(Boolean(pin.url) !== Boolean(pin.package), pin.file).toBe(true);
      expect(pin.source).toBe(pin.url ? 'official' : 'registry');
    }
  });

  it('offers Electron and ffmpeg on every desktop, TensorFlow wherever a library exists', () => {
    for (const key of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']) {
      for (const engine of ['electron', 'tensorflow', 'ffmpeg']) expect(PINS[engine].platforms[key], `${engine} ${key}`).not.toHaveLength(0);
    }
  });
});

describe('choices', () => {
  it('takes the packaged SQLite only if everything that loads it is new enough', () => {
    expect(prebuildSuits([10, 10])).toBe(true);
    expect(prebuildSuits([9, 10])).toBe(false);
    expect(prebuildSuits([10, 9])).toBe(false);
  });

  it('takes the libraries and the few headers out of a TensorFlow wheel', () => {
    const libraries = ['libtensorflow_cc.so.2'];
    expect(wheelPath('tensorflow/libtensorflow_cc.so.2', libraries)).toBe('lib/libtensorflow_cc.so.2');
    expect(wheelPath('tensorflow/include/tensorflow/c/c_api.h', libraries)).toBe('include/tensorflow/c/c_api.h');
    expect(wheelPath('tensorflow/include/external/llvm-project/a.h', libraries)).toBeNull();
    expect(wheelPath('tensorflow/python/ops.py', libraries)).toBeNull();
  });

  it('leaves the foreign app out of the stock Electron', () => {
    expect(stockPath('Cypress/resources/app/index.js')).toBeNull();
    expect(stockPath('Cypress/locales/de.pak')).toBe('locales/de.pak');
  });

  it('spells system packages as the release does', () => {
    expect(spelling('libgtk-3-0', new Set(['libgtk-3-0t64']))).toBe('libgtk-3-0t64');
    expect(spelling('libgtk-3-0', new Set(['libgtk-3-0']))).toBe('libgtk-3-0');
  });

  it('reads what is missing from ldd, and versions from ffmpeg', () => {
    expect(notFound('\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibgbm.so.1 => not found\n')).toEqual(['libgbm.so.1']);
    expect(versionIn('ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000')).toBe('5.1.9-0+deb12u1');
  });

  it('accepts packages that were installed by hand only if every version is right', () => {
    const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } } };
    expect(sameVersions(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true);
    expect(sameVersions(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false);
    expect(sameVersions(lock, { packages: {} })).toBe(false);
  });

  it('shows progress in percent and megabytes, never above the total', () => {
    expect(progressText('x', 93e6, 274e6)).toBe('setup:   x 33 % (93 of 274 MB)');
    expect(progressText('x', 300e6, 274e6)).toBe('setup:   x 100 % (274 of 274 MB)');
    expect(progressText('x', 5e6, null)).toBe('setup:   x 5 MB');
  });
});
