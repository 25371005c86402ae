import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { textResources, type Language } from '../../../electron/core/texts';
import enAugment from './en/augment.json';
import enBoard from './en/board.json';
import enBuilder from './en/builder.json';
import enCommon from './en/common.json';
import enExporting from './en/exporting.json';
import enFamily from './en/family.json';
import enGrid from './en/grid.json';
import enImports from './en/imports.json';
import enHelp from './en/help.json';
import enKeys from './en/keys.json';
import enLadder from './en/ladder.json';
import enLayers from './en/layers.json';
import enMigrate from './en/migrate.json';
import enPhone from './en/phone.json';
import enPhones from './en/phones.json';
import enResults from './en/results.json';
import enSettings from './en/settings.json';
import enStart from './en/start.json';
import enTimeline from './en/timeline.json';
import enTour from './en/tour.json';
import enTryIt from './en/tryit.json';
import enTuning from './en/tuning.json';
import ruAugment from './ru/augment.json';
import ruBoard from './ru/board.json';
import ruBuilder from './ru/builder.json';
import ruCommon from './ru/common.json';
import ruExporting from './ru/exporting.json';
import ruFamily from './ru/family.json';
import ruGrid from './ru/grid.json';
import ruImports from './ru/imports.json';
import ruHelp from './ru/help.json';
import ruKeys from './ru/keys.json';
import ruLadder from './ru/ladder.json';
import ruLayers from './ru/layers.json';
import ruMigrate from './ru/migrate.json';
import ruPhone from './ru/phone.json';
import ruPhones from './ru/phones.json';
import ruResults from './ru/results.json';
import ruSettings from './ru/settings.json';
import ruStart from './ru/start.json';
import ruTimeline from './ru/timeline.json';
import ruTour from './ru/tour.json';
import ruTryIt from './ru/tryit.json';
import ruTuning from './ru/tuning.json';

/** Words of the window, a namespace for each place; what all processes say comes from `core/texts`. */
export const windowTexts = {
  en: { augment: enAugment, board: enBoard, builder: enBuilder, common: enCommon, exporting: enExporting, family: enFamily, grid: enGrid, help: enHelp, imports: enImports, keys: enKeys, ladder: enLadder, layers: enLayers, migrate: enMigrate, phone: enPhone, phones: enPhones, results: enResults, settings: enSettings, start: enStart, timeline: enTimeline, tour: enTour, tryit: enTryIt, tuning: enTuning },
  ru: { augment: ruAugment, board: ruBoard, builder: ruBuilder, common: ruCommon, exporting: ruExporting, family: ruFamily, grid: ruGrid, help: ruHelp, imports: ruImports, keys: ruKeys, ladder: ruLadder, layers: ruLayers, migrate: ruMigrate, phone: ruPhone, phones: ruPhones, results: ruResults, settings: ruSettings, start: ruStart, timeline: ruTimeline, tour: ruTour, tryit: ruTryIt, tuning: ruTuning },
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
