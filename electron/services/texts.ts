import i18next, { type i18n, type TOptions } from 'i18next';
import type { Sentence } from '../core/clips';
import { deserializeError, ExternalToolError, UserError, type SerializedError, type TextParams } from '../core/errors';
import { textResources, type Language } from '../core/texts';

/** Says sentences in one language. */
export interface Speaker {
  readonly language: Language;
  say(key: string, params?: TextParams): string;
  sentence(sentence: Sentence | { readonly key: string; readonly params: TextParams }): string;
  /** The words of an error for the user: what happened, what was expected, what to do. */
  error(error: unknown): string;
}

/** A speaker of a language; further namespaces (of the command line, of the window's menu) may be added. */
export function createSpeaker(language: Language, more: Readonly<Record<Language, Readonly<Record<string, object>>>> = { en: {}, ru: {} }): Speaker {
  const instance: i18n = i18next.createInstance();
  void instance.init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    defaultNS: 'app',
    interpolation: { escapeValue: false },
    resources: { en: { ...textResources.en, ...more.en }, ru: { ...textResources.ru, ...more.ru } },
  });
  const say = (key: string, params: TextParams = {}): string => {
    // A sentence may stand inside a sentence: its key travels as `…Key`.
    const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' && /^[a-z]+:[A-Za-z]+$/.test(value) && instance.exists(value) ? instance.t(value) : value]));
    return instance.t(key, values as TOptions);
  };
  return {
    language,
    say,
    sentence: ({ key, params }) => say(key, params),
    error: (error) => {
      if (error instanceof UserError) return [say(error.key, error.params), ...error.details.map(({ key, params }) => `- ${say(key, params)}`)].join('\n');
      if (error instanceof ExternalToolError) return error.message;
      return error instanceof Error ? error.message : String(error);
    },
  };
}

/** The words of an error that crossed a process boundary. */
export function sayError(speaker: Speaker, error: SerializedError): string {
  return speaker.error(deserializeError(error));
}
