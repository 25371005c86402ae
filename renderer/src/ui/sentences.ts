import type { TFunction } from 'i18next';
import { UserError, type TextParams } from '../../../electron/core/errors';

export interface Sentence {
  readonly key: string;
  readonly params: TextParams;
}

/** A sentence of another process in the language of the window. */
export function say(t: TFunction, sentence: Sentence): string {
  return t(sentence.key, { ...sentence.params });
}

/** What the user reads about an error: its own sentence, or a general one for a bug. */
export function sayError(t: TFunction, error: unknown): string {
  if (error instanceof UserError) return [t(error.key, { ...error.params, defaultValue: t('common:error.bug') }), ...error.details.map((detail) => say(t, detail))].join(' ');
  return t('common:error.bug');
}
