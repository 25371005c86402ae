import en from '../i18n/en/phone.json';
import ru from '../i18n/ru/phone.json';

/** The page speaks the language of the phone: Russian, else English. */
export const language: 'en' | 'ru' = (navigator.languages?.[0] ?? navigator.language).toLowerCase().startsWith('ru') ? 'ru' : 'en';

const texts: Readonly<Record<string, string>> = language === 'ru' ? ru : en;

/** A text of this page (`phone:take`) with its values. */
export function say(key: `phone:${keyof typeof en}`, values: Readonly<Record<string, string>> = {}): string {
  return (texts[key.slice('phone:'.length)] ?? key).replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** 0.953 as `95 %`, in the way of the language. */
export function percent(share: number): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: share > 0.99 && share < 1 ? 1 : 0 }).format(share);
}
