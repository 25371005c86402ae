import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const ipcBan = {
  'no-restricted-imports': [
    'error',
    {
      paths: [
        { name: 'electron', importNames: ['ipcMain'], message: 'Register handlers through electron/main/ipc.ts.' },
        { name: 'electron', importNames: ['ipcRenderer'], message: 'The window talks through electron/preload/index.ts.' },
      ],
    },
  ],
};

export default tseslint.config(
  { ignores: ['out/**', 'dist/**', 'node_modules/**', 'test-results/**', 'coverage/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': ['error', { max: 80, skipComments: true, skipBlankLines: true }],
      'no-console': 'error',
    },
  },
  { files: ['electron/**/*.ts', 'renderer/**/*.{ts,tsx}'], rules: ipcBan },
  { files: ['electron/main/ipc.ts', 'electron/preload/index.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['**/*.mjs', '*.config.{js,ts}'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', setInterval: 'readonly', clearInterval: 'readonly', fetch: 'readonly', AbortController: 'readonly', AbortSignal: 'readonly', performance: 'readonly', setImmediate: 'readonly' },
    },
    rules: { 'no-console': 'off' },
  },
  // A suite of tests is one function by construction; its cases are small.
  { files: ['test/**/*.{ts,tsx,mjs}'], rules: { 'max-lines-per-function': 'off', 'no-console': 'off' } },
);
