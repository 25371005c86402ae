import { useTranslation } from 'react-i18next';
import type { TrainingConfig } from '../../../electron/core/training';
import type { ModelView } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { augmentationIn, strengths, type StrengthName } from './augment';
import { changedFields, type FieldName } from './tuning';

/** Numbers that the record of a round shows in a row of their own. */
const shownElsewhere: ReadonlySet<FieldName> = new Set(['epochs', 'batchSize', 'learningRate', 'seed'] as const);

/** What a training was told beyond the plain numbers, as `name: value`, one entry a setting. */
export function useChanges(config: TrainingConfig, models: readonly ModelView[]): readonly string[] {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const say = (name: FieldName): string => {
    const value = config[name];
    if (typeof value === 'number') return new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 6 }).format(value);
    if (typeof value === 'boolean') return t(value ? 'tuning:yes' : 'tuning:no');
    if (name === 'teacher') return models.find(({ id }) => id === value)?.name ?? String(value);
    if (name === 'optimizer') return t(`tuning:optimizer.${config.optimizer ?? 'adam'}`);
    if (name === 'schedule') return t(`tuning:schedule.${config.schedule ?? 'constant'}`);
    if (name === 'balance') return t(`tuning:balance.${config.balance ?? 'none'}`);
    if (name === 'classWeights' && typeof config.classWeights === 'string') return t(`tuning:weights.${config.classWeights}`);
    if (Array.isArray(value)) return format.list(value as readonly string[]);
    return Object.entries(value ?? {}).map(([key, weight]) => `${key} ${weight}`).join(', ');
  };
  return changedFields(config).filter((name) => !shownElsewhere.has(name)).map((name) => `${t(`tuning:field.${name}`)}: ${say(name)}`);
}

/** What a training did to its pictures: the preset, and what was changed of it. */
export function useAugmentation(config: TrainingConfig): string {
  const { t } = useTranslation();
  const format = useFormat();
  const wanted = augmentationIn(config);
  const changes = (Object.keys(config.augment ?? {}) as (keyof typeof wanted)[]).map((name) => {
    if (name === 'flip') return t(wanted.flip ? 'augment:mirrored' : 'augment:notMirrored');
    const value = wanted[name];
    return `${t(`augment:change.${name satisfies StrengthName}`)} ${value === 0 ? t('augment:without') : strengths[name].unit === 'percent' ? format.percent(value, 0) : t('augment:degrees', { value })}`;
  });
  return [t(`augment:preset.${config.augmentation}`), ...changes].join('; ');
}
