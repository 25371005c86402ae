import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { InputShape } from '../../../electron/core/architecture';

/** Rounds so that only a true 100 % reads as one, and only a true 0 % as none. */
export function honestPercent(value: number, digits: number): number {
  const step = 10 ** -(digits + 2);
  const rounded = Math.round(value / step) * step;
  if (rounded >= 1 && value < 1) return 1 - step;
  if (rounded <= 0 && value > 0) return step;
  return rounded;
}

export interface Format {
  readonly number: (value: number) => string;
  readonly percent: (value: number | null, digits?: number) => string;
  /** A small number as science writes it: 3.2e-6. */
  readonly tiny: (value: number) => string;
  readonly decimal: (value: number, digits: number) => string;
  readonly date: (iso: string) => string;
  /** Time of day of milliseconds since 1970. */
  readonly time: (milliseconds: number) => string;
  readonly duration: (seconds: number) => string;
  readonly input: (input: InputShape) => string;
  readonly list: (items: readonly string[]) => string;
}

/** `1:05.2` for a place in a clip. */
export function formatTime(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - minutes * 60).toFixed(1).padStart(4, '0')}`;
}

function formatDuration(t: TFunction, seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('common:duration.seconds', { seconds: whole });
  if (whole < 3600) return t('common:duration.minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
  return t('common:duration.hours', { hours: Math.floor(whole / 3600), minutes: Math.floor((whole % 3600) / 60) });
}

/** Numbers, dates and spans in the language of the window. */
export function makeFormat(language: string, t: TFunction): Format {
  const plain = new Intl.NumberFormat(language);
  return {
    number: (value) => plain.format(value),
    percent: (value, digits = 1) =>
      value === null ? '—' : new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(honestPercent(value, digits)),
    tiny: (value) => (value === 0 ? '0' : value >= 0.01 ? new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(value) : value.toExponential(1)),
    decimal: (value, digits) => new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
    date: (iso) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso)),
    time: (milliseconds) => new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(milliseconds),
    duration: (seconds) => formatDuration(t, seconds),
    input: ({ height, width, channels, vector }) => (vector ? t('common:input.vector', { count: channels }) : `${width} × ${height}, ${t(channels === 1 ? 'common:input.gray' : channels === 3 ? 'common:input.colour' : 'common:input.channels', { count: channels })}`),
    list: (items) => new Intl.ListFormat(language, { type: 'conjunction' }).format(items),
  };
}

/** `makeFormat` for the current language. */
export function useFormat(): Format {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => makeFormat(language, t), [language, t]);
}
