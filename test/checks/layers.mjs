// The import rules that a tsconfig cannot say. Prints each offence with its rule; exit code 1 if there is any.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const layerOf = (path) => /^(electron\/[a-z]+|renderer|test)\//.exec(path)?.[1] ?? null;

/** layer -> layers and packages it may import (`node:` = Node's own modules, `*` = any package). */
const rules = {
  'electron/core': { layers: [], packages: [] },
  'electron/ipc': { layers: ['electron/core'], packages: ['zod'] },
  'electron/store': { layers: ['electron/core'], packages: ['better-sqlite3', 'node:'] },
  'electron/media': { layers: ['electron/core'], packages: ['fluent-ffmpeg', 'ffmpeg-static', 'node:'] },
  'electron/nn': { layers: ['electron/core'], packages: ['@tensorflow/tfjs-node', 'h5wasm', 'fflate', 'onnxruntime-node', 'node:'] },
  'electron/services': { layers: ['electron/core', 'electron/ipc', 'electron/store', 'electron/media'], packages: ['zod', 'i18next', 'yazl', 'yauzl', 'qrcode', 'node:'] },
  'electron/workers': { layers: ['electron/core', 'electron/ipc', 'electron/nn'], packages: ['fastify', '@fastify/helmet', '@fastify/rate-limit', '@fastify/multipart', 'qrcode', 'selfsigned', 'zod', 'node:'] },
  'electron/main': { layers: ['electron/core', 'electron/ipc', 'electron/store', 'electron/media', 'electron/services', 'electron/cli'], packages: ['electron', 'zod', 'i18next', 'node:'] },
  'electron/cli': { layers: ['electron/core', 'electron/ipc', 'electron/store', 'electron/media', 'electron/services'], packages: ['commander', 'i18next', 'node:'] },
  'electron/preload': { layers: ['electron/ipc', 'electron/core'], packages: ['electron'] },
  renderer: { layers: ['electron/core', 'electron/ipc'], packages: ['*'] },
};

function* sources(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(name)) yield path;
  }
}

const importPattern = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|require\(\s*['"]([^'"]+)['"]\s*\)/g;
const problems = [];
for (const top of ['electron', 'renderer']) {
  for (const file of sources(join(root, top))) {
    const path = relative(root, file).replaceAll('\\', '/');
    const layer = layerOf(path);
    const rule = layer && rules[layer];
    if (!rule) continue;
    for (const match of readFileSync(file, 'utf8').matchAll(importPattern)) {
      const target = match[1] ?? match[2] ?? match[3];
      if (target.startsWith('.')) {
        const other = layerOf(relative(root, resolve(dirname(file), target)).replaceAll('\\', '/') + '/');
        if (other !== layer && !rule.layers.includes(other ?? '')) problems.push(`${path}: imports ${other ?? target}; ${layer} may import ${rule.layers.join(', ') || 'only itself'}`);
      } else {
        const allowed = rule.packages.some((name) => (name === '*' ? !target.startsWith('node:') && target !== 'electron' : name.endsWith(':') ? target.startsWith(name) : target === name || target.startsWith(`${name}/`)));
        if (!allowed) problems.push(`${path}: imports the package ${target}; ${layer} may import ${rule.packages.join(', ') || 'no package'}`);
      }
      if (layer === 'renderer' && /window\.studio/.test(readFileSync(file, 'utf8')) && path !== 'renderer/src/studio.ts') problems.push(`${path}: only renderer/src/studio.ts touches window.studio`);
    }
  }
}
for (const problem of [...new Set(problems)]) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log('layers: no offence');
