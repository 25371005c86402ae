import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';
import { resolve } from 'node:path';

const here = import.meta.dirname ?? process.cwd();

export default defineConfig({
  main: {
    build: {
      // The oldest Node that runs any of it: Electron 33's and the command line's.
      target: 'node20.18',
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: resolve(here, 'electron/main/index.ts'),
          trainer: resolve(here, 'electron/workers/trainer.ts'),
          predictor: resolve(here, 'electron/workers/predictor.ts'),
          cli: resolve(here, 'electron/cli/index.ts'),
        },
        // Chunks lie beside the entries: paths from `import.meta` are the same in both.
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      target: 'node20.18',
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { index: resolve(here, 'electron/preload/index.ts') },
        // A sandboxed preload is loaded as CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      // The phone page is read by browsers that are some years old; the window is Electron's own.
      target: 'es2021',
      cssTarget: ['chrome100', 'safari15.4', 'firefox100'],
      outDir: resolve(here, 'out/renderer'),
      // What the phone page consists of: the server gives out nothing else.
      manifest: 'manifest.json',
      minify: true,
      // Everything comes from the disk: one large file opens as fast as many small ones.
      chunkSizeWarningLimit: 2000,
      rollupOptions: { input: { index: resolve(here, 'renderer/index.html'), phone: resolve(here, 'renderer/phone.html') } },
    },
  },
});
