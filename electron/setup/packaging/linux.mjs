/** What a Linux user installs, made from the unpacked program: a tar archive, and a package for Debian and Ubuntu. */
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { note } from '../log.mjs';
import { ROOT, findOnPath } from '../platform.mjs';
import { run } from '../run.mjs';
import { sizeOfTree } from './sizes.mjs';

/** Libraries that Electron needs on Debian and Ubuntu. */
const DEPENDS = ['libgtk-3-0', 'libnss3', 'libxss1', 'libasound2', 'libgbm1', 'libatspi2.0-0', 'xdg-utils'];

const entry = `[Desktop Entry]
Name=Graft
Comment=Teach a small image classifier with your own films
Comment[ru]=Обучить небольшой классификатор картинок по своим видео
Exec=/opt/Graft/graft-studio %f
Icon=graft
Type=Application
Categories=Education;Science;
StartupWMClass=Graft
`;

/**
 * @param {string} unpacked folder of the unpacked program
 * @returns {Promise<readonly string[]>} the files made
 */
export async function makeArchives(unpacked) {
  const { version, description } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const dist = dirname(unpacked);
  const tar = join(dist, `graft-${version}-linux-${process.arch}.tar.gz`);
  await run('tar', ['-C', dist, '-czf', tar, '--transform', `s,^${basename(unpacked)},graft-${version},`, basename(unpacked)]);
  if (!findOnPath('dpkg-deb')) {
    note('No dpkg-deb here: no .deb was made.');
    return [tar];
  }
  const root = join(ROOT, 'out', 'package', 'deb');
  rmSync(root, { recursive: true, force: true });
  for (const folder of ['DEBIAN', 'opt', 'usr/bin', 'usr/share/applications', 'usr/share/icons/hicolor/512x512/apps', 'usr/share/doc/graft']) mkdirSync(join(root, folder), { recursive: true });
  cpSync(unpacked, join(root, 'opt', 'Graft'), { recursive: true, verbatimSymlinks: true });
  chmodSync(join(root, 'opt', 'Graft', 'chrome-sandbox'), 0o4755);
  symlinkSync('/opt/Graft/graft', join(root, 'usr', 'bin', 'graft'));
  writeFileSync(join(root, 'usr/share/applications/graft.desktop'), entry);
  cpSync(join(ROOT, 'resources', 'icon.png'), join(root, 'usr/share/icons/hicolor/512x512/apps/graft.png'));
  cpSync(join(ROOT, 'LICENSE'), join(root, 'usr/share/doc/graft/copyright'));
  const arch = { x64: 'amd64', arm64: 'arm64' }[/** @type {'x64'} */ (process.arch)] ?? process.arch;
  const control = { Package: 'graft', Version: version, Architecture: arch, Maintainer: 'The Graft authors <graft@example.org>', Section: 'education', Priority: 'optional', 'Installed-Size': String(Math.ceil(sizeOfTree(unpacked) / 1024)), Depends: DEPENDS.join(', '), Description: description };
  writeFileSync(join(root, 'DEBIAN', 'control'), `${Object.entries(control).map(([name, value]) => `${name}: ${value}`).join('\n')}\n`);
  const deb = join(dist, `graft_${version}_${arch}.deb`);
  await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z6', '--build', root, deb]);
  rmSync(root, { recursive: true, force: true });
  return [tar, deb];
}
