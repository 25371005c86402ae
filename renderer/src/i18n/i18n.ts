import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { textResources, type Language } from '../../../electron/core/texts';
import enBoard from './en/board.json';
import enCommon from './en/common.json';
import enFamily from './en/family.json';
import enGrid from './en/grid.json';
import enKeys from './en/keys.json';
import enLadder from './en/ladder.json';
import enLayers from './en/layers.json';
import enMigrate from './en/migrate.json';
import enSettings from './en/settings.json';
import enStart from './en/start.json';
import enTimeline from './en/timeline.json';
import enTryIt from './en/tryit.json';
import ruBoard from './ru/board.json';
import ruCommon from './ru/common.json';
import ruFamily from './ru/family.json';
import ruGrid from './ru/grid.json';
import ruKeys from './ru/keys.json';
import ruLadder from './ru/ladder.json';
import ruLayers from './ru/layers.json';
import ruMigrate from './ru/migrate.json';
import ruSettings from './ru/settings.json';
import ruStart from './ru/start.json';
import ruTimeline from './ru/timeline.json';
import ruTryIt from './ru/tryit.json';

/** Words of the window, a namespace for each place; what all processes say comes from `core/texts`. */
export const windowTexts = {
  en: { board: enBoard, common: enCommon, family: enFamily, grid: enGrid, keys: enKeys, ladder: enLadder, layers: enLayers, migrate: enMigrate, settings: enSettings, start: enStart, timeline: enTimeline, tryit: enTryIt },
  ru: { board: ruBoard, common: ruCommon, family: ruFamily, grid: ruGrid, keys: ruKeys, ladder: ruLadder, layers: ruLayers, migrate: ruMigrate, settings: ruSettings, start: ruStart, timeline: ruTimeline, tryit: ruTryIt },
} as const;

/** Makes the translations ready in a language. */
export function startTexts(language: Language): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { ...textResources.en, ...windowTexts.en }, ru: { ...textResources.ru, ...windowTexts.ru } },
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    initAsync: false,
    returnNull: false,
  });
  document.documentElement.lang = language;
}

/** Changes the language of everything that is shown. */
export function setLanguage(language: Language): void {
  if (i18next.language === language) return;
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}
