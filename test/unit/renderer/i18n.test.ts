/// <reference types="vite/client" />
import { textResources } from '../../../electron/core/texts';
import { callSchemas } from '../../../electron/ipc/schemas';
import { windowTexts } from '../../../renderer/src/i18n/i18n';

type Tree = { readonly [key: string]: string | Tree };

const sources: Record<string, string> = import.meta.glob('../../../renderer/src/**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true });
const plural = /_(zero|one|two|few|many|other)$/;
const languages = ['en', 'ru'] as const;

/** `board` + tree -> `board:facts.codec`, ... */
function keysOf(namespace: string, tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => (typeof value === 'string' ? [`${namespace}:${prefix}${key}`] : keysOf(namespace, value, `${prefix}${key}.`)));
}

function allKeys(language: 'en' | 'ru'): string[] {
  const together: Record<string, Tree> = { ...textResources[language], ...windowTexts[language] };
  return Object.entries(together).flatMap(([namespace, tree]) => keysOf(namespace, tree));
}

function textOf(language: 'en' | 'ru', key: string): string {
  const [namespace = '', path = ''] = key.split(':');
  const together: Record<string, Tree> = { ...textResources[language], ...windowTexts[language] };
  return path.split('.').reduce<string | Tree>((tree, part) => (tree as Tree)[part] ?? '', together[namespace] ?? {}) as string;
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1] as string))].sort();
}

const keys = { en: allKeys('en'), ru: allKeys('ru') };
const bases = { en: new Set(keys.en.map((key) => key.replace(plural, ''))), ru: new Set(keys.ru.map((key) => key.replace(plural, ''))) };

describe('texts', () => {
  it('of the window have names that the shared texts do not use', () => {
    expect(Object.keys(windowTexts.en).filter((namespace) => namespace in textResources.en)).toEqual([]);
  });

  it('exist in both languages', () => {
    expect([...bases.en].filter((key) => !bases.ru.has(key))).toEqual([]);
    expect([...bases.ru].filter((key) => !bases.en.has(key))).toEqual([]);
  });

  it.each(languages)('have all plural forms of the language (%s)', (language) => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = [...new Set(keys[language].filter((key) => plural.test(key)).map((key) => key.replace(plural, '')))];
    const there = new Set(keys[language]);
    expect(counted.flatMap((key) => forms.map((form) => `${key}_${form}`)).filter((key) => !there.has(key))).toEqual([]);
  });

  it('are not empty, and use the same values in both languages', () => {
    const wrong = keys.en
      .filter((key) => !plural.test(key) || key.endsWith('_other'))
      .filter((key) => {
        const [english, russian] = [textOf('en', key), textOf('ru', key) || textOf('ru', key.replace(plural, ''))];
        return english.trim() === '' || russian.trim() === '' || placeholders(english).join() !== placeholders(russian).join();
      });
    expect(wrong).toEqual([]);
  });

  it('that the window asks for exist', () => {
    const namespaces = [...Object.keys(windowTexts.en), ...Object.keys(textResources.en)].join('|');
    const literal = new RegExp(`'((?:${namespaces}):[\\w.]+)'`, 'g');
    const built = new RegExp(`\`((?:${namespaces}):[\\w.]*)\\$\\{`, 'g');
    const missing: string[] = [];
    for (const [file, source] of Object.entries(sources)) {
      const code = source.replaceAll(/\bon\('[\w:]+'/g, '');
      for (const [, key = ''] of code.matchAll(literal)) if (!bases.en.has(key) && !(key in callSchemas)) missing.push(`${file}: ${key}`);
      for (const [, prefix = ''] of code.matchAll(built)) if (![...bases.en].some((key) => key.startsWith(prefix))) missing.push(`${file}: ${prefix}…`);
    }
    expect(missing).toEqual([]);
  });

  it('of the window are all used', () => {
    const code = Object.values(sources).join('\n');
    const prefixes = [...code.matchAll(/`(\w+:[\w.]+)\$\{/g)].map(([, prefix = '']) => prefix);
    const own = Object.entries(windowTexts.en).flatMap(([namespace, tree]) => keysOf(namespace, tree).map((key) => key.replace(plural, '')));
    expect(own.filter((key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
  });
});
