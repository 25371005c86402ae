// `npm run bench -- NAME [--json]`: bundles test/bench/NAME.ts and runs it.
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { build } from 'vite';

const root = resolve(import.meta.dirname, '../..');
const [name, ...rest] = process.argv.slice(2);
const source = resolve(import.meta.dirname, `${name}.ts`);
if (!name || !existsSync(source)) {
  const names = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
  console.error(`usage: npm run bench -- ${names.join(' | ')} [--json]`);
  process.exit(2);
}
await build({
  root,
  configFile: false,
  logLevel: 'error',
  build: { ssr: source, outDir: resolve(root, 'out/bench'), emptyOutDir: false, rollupOptions: { output: { entryFileNames: `${name}.js` } } },
});
const { status } = spawnSync(process.execPath, ['--no-deprecation', resolve(root, 'out/bench', `${name}.js`), ...rest], { stdio: ['ignore', 'inherit', rest.includes('--json') ? 'ignore' : 'inherit'] });
process.exit(status ?? 1);
