import { describe, expect, test } from 'vitest';
import en from '../../../electron/cli/texts/en.json';
import ru from '../../../electron/cli/texts/ru.json';
import { languageOf, textResources } from '../../../electron/core/texts';

const base = (key: string): string => key.replace(/_(one|few|many|other)$/, '');
const bases = (texts: object): string[] => [...new Set(Object.keys(texts).map(base))].sort();
const values = (text: string): string[] => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] as string))].sort();

describe.each([...Object.keys(textResources.en), 'cli'])('texts of %s', (namespace) => {
  const english = namespace === 'cli' ? en : (textResources.en[namespace] as Record<string, string>);
  const russian = namespace === 'cli' ? ru : (textResources.ru[namespace] as Record<string, string>);
  test('are there in both languages', () => expect(bases(russian)).toEqual(bases(english)));
  test('have all the plural forms of their language', () => {
    for (const key of Object.keys(english).filter((name) => name.endsWith('_one'))) expect(english).toHaveProperty(`${base(key)}_other`);
    for (const key of Object.keys(russian).filter((name) => name.endsWith('_one'))) for (const form of ['few', 'many', 'other']) expect(russian).toHaveProperty(`${base(key)}_${form}`);
  });
  test('speak of the same values', () => {
    for (const [key, text] of Object.entries(russian)) {
      const twin = (english as Record<string, string>)[key] ?? (english as Record<string, string>)[`${base(key)}_other`];
      expect({ key, values: values(text) }).toEqual({ key, values: values(twin ?? '') });
    }
  });
  test('are Russian in the Russian file', () => {
    for (const [key, text] of Object.entries(russian)) if (/[A-Za-z]{4,}/.test(text.replaceAll(/\{\{.*?\}\}/g, ''))) expect({ key, cyrillic: /[а-яё]/i.test(text) }).toEqual({ key, cyrillic: true });
  });
});

test('the language of a locale', () => {
  expect([languageOf('ru_RU.UTF-8'), languageOf('en_GB'), languageOf('C'), languageOf(undefined)]).toEqual(['ru', 'en', 'en', 'en']);
});
