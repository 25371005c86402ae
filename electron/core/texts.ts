import enApp from './texts/en/app.json';
import enClips from './texts/en/clips.json';
import enDemo from './texts/en/demo.json';
import enEvaluation from './texts/en/evaluation.json';
import enExports from './texts/en/exports.json';
import enJobs from './texts/en/jobs.json';
import enJournal from './texts/en/journal.json';
import enLabels from './texts/en/labels.json';
import enMedia from './texts/en/media.json';
import enMenu from './texts/en/menu.json';
import enMigrations from './texts/en/migrations.json';
import enModels from './texts/en/models.json';
import enObservations from './texts/en/observations.json';
import enPredictions from './texts/en/predictions.json';
import enProjects from './texts/en/projects.json';
import enRecipes from './texts/en/recipes.json';
import enRounds from './texts/en/rounds.json';
import enServing from './texts/en/serving.json';
import enTraining from './texts/en/training.json';
import ruApp from './texts/ru/app.json';
import ruClips from './texts/ru/clips.json';
import ruDemo from './texts/ru/demo.json';
import ruEvaluation from './texts/ru/evaluation.json';
import ruExports from './texts/ru/exports.json';
import ruJobs from './texts/ru/jobs.json';
import ruJournal from './texts/ru/journal.json';
import ruLabels from './texts/ru/labels.json';
import ruMedia from './texts/ru/media.json';
import ruMenu from './texts/ru/menu.json';
import ruMigrations from './texts/ru/migrations.json';
import ruModels from './texts/ru/models.json';
import ruObservations from './texts/ru/observations.json';
import ruPredictions from './texts/ru/predictions.json';
import ruProjects from './texts/ru/projects.json';
import ruRecipes from './texts/ru/recipes.json';
import ruRounds from './texts/ru/rounds.json';
import ruServing from './texts/ru/serving.json';
import ruTraining from './texts/ru/training.json';

export type Language = 'en' | 'ru';
type Namespaces = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Sentences that more than one process says: errors, the journal, jobs, migration plans. Namespaces are file names. */
export const textResources: Readonly<Record<Language, Namespaces>> = {
  en: {
    app: enApp,
    clips: enClips,
    demo: enDemo,
    evaluation: enEvaluation,
    exports: enExports,
    jobs: enJobs,
    journal: enJournal,
    labels: enLabels,
    media: enMedia,
    menu: enMenu,
    migrations: enMigrations,
    models: enModels,
    observations: enObservations,
    predictions: enPredictions,
    projects: enProjects,
    recipes: enRecipes,
    rounds: enRounds,
    serving: enServing,
    training: enTraining,
  },
  ru: {
    app: ruApp,
    clips: ruClips,
    demo: ruDemo,
    evaluation: ruEvaluation,
    exports: ruExports,
    jobs: ruJobs,
    journal: ruJournal,
    labels: ruLabels,
    media: ruMedia,
    menu: ruMenu,
    migrations: ruMigrations,
    models: ruModels,
    observations: ruObservations,
    predictions: ruPredictions,
    projects: ruProjects,
    recipes: ruRecipes,
    rounds: ruRounds,
    serving: ruServing,
    training: ruTraining,
  },
};

/** The language for a locale like `ru_RU.UTF-8`; English for all that is not Russian. */
export function languageOf(locale: string | undefined): Language {
  return locale?.toLowerCase().startsWith('ru') ? 'ru' : 'en';
}

/** A sentence without plural forms, for processes that have no i18next; its key where there is none. */
export function sayPlainly(language: Language, key: string, params: Readonly<Record<string, string | number>> = {}): string {
  const [namespace = '', name = ''] = key.split(':');
  const text = textResources[language][namespace]?.[name] ?? key;
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, value: string) => String(params[value] ?? whole));
}
