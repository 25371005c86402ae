import { NumberInput, Select, SegmentedControl, Input, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { TrainingConfig } from '../../../electron/core/training';
import type { ModelView, NextRound } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import classes from './Rounds.module.css';
import type { RoundForm } from './wish';

interface Props {
  readonly next: NextRound;
  readonly models: readonly ModelView[];
  readonly form: RoundForm;
  readonly change: (part: Partial<RoundForm>) => void;
}

type NumberName = 'epochs' | 'batchSize' | 'learningRate' | 'seed' | 'patience';

const limits: Readonly<Record<NumberName, { readonly min: number; readonly max: number; readonly step: number; readonly decimals: number }>> = {
  epochs: { min: 1, max: 10_000, step: 1, decimals: 0 },
  batchSize: { min: 1, max: 4096, step: 8, decimals: 0 },
  learningRate: { min: 0.000001, max: 10, step: 0.0005, decimals: 6 },
  seed: { min: 0, max: 2 ** 31, step: 1, decimals: 0 },
  patience: { min: 0, max: 10_000, step: 1, decimals: 0 },
};

function ConfigNumber({ name, config, change }: { readonly name: NumberName; readonly config: TrainingConfig; readonly change: (config: TrainingConfig) => void }) {
  const { t } = useTranslation();
  const { min, max, step, decimals } = limits[name];
  return (
    <NumberInput
      label={t(`ladder:field.${name}`)}
      description={t(`ladder:help.${name}`)}
      value={config[name]}
      min={min}
      max={max}
      step={step}
      decimalScale={decimals}
      allowDecimal={decimals > 0}
      allowNegative={false}
      clampBehavior="blur"
      onChange={(value) => typeof value === 'number' && value >= min && value <= max && change({ ...config, [name]: value })}
      data-testid={`config-${name}`}
    />
  );
}

function FreshSettings({ next, form, change }: Omit<Props, 'models'>) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <>
      <NumberInput label={t('ladder:field.size')} description={t('ladder:help.size')} suffix=" px" value={form.size} min={16} max={1024} step={16} onChange={(value) => typeof value === 'number' && value >= 16 && value <= 1024 && change({ size: Math.round(value) })} data-testid="config-size" />
      <Input.Wrapper label={t('ladder:field.channels')} description={t('ladder:help.channels')}>
        <SegmentedControl
          fullWidth
          mt={5}
          value={String(form.channels)}
          onChange={(value) => change({ channels: value === '1' ? 1 : 3 })}
          data={[
            { value: '3', label: t('ladder:colour') },
            { value: '1', label: t('ladder:gray') },
          ]}
        />
      </Input.Wrapper>
      <Select label={t('ladder:field.preset')} description={t('ladder:help.preset')} value={form.preset} data={next.presets.map(({ name, parameters }) => ({ value: name, label: `${name} (${t('common:parameters', { count: parameters })})` }))} onChange={(preset) => preset && change({ preset })} aria-description={format.number(next.presets.length)} data-testid="config-preset" />
    </>
  );
}

/** Numbers for those who look for them; the names are those of Keras. */
export function AdvancedSettings({ next, models, form, change }: Props) {
  const { t } = useTranslation();
  const fresh = form.from === 'none';
  const setConfig = (config: TrainingConfig) => change({ config });
  return (
    <div className={classes.advanced}>
      <Select
        label={t('ladder:field.from')}
        description={t('ladder:help.from')}
        value={form.from}
        data={[
          ...(next.startModel ? [{ value: 'last', label: t('ladder:lastModel', { model: next.startModel.name }) }] : []),
          ...models.filter(({ id }) => id !== next.startModel?.id || form.from === id).map(({ id, name }) => ({ value: id, label: name })),
          { value: 'none', label: t('ladder:fresh') },
        ]}
        onChange={(from) => from && change({ from })}
        data-testid="config-from"
      />
      {fresh ? (
        <FreshSettings next={next} form={form} change={change} />
      ) : (
        <Text c="dimmed" size="xs" className={classes.kept}>
          {t('ladder:keepsShape')}
        </Text>
      )}
      <ConfigNumber name="epochs" config={form.config} change={setConfig} />
      <ConfigNumber name="batchSize" config={form.config} change={setConfig} />
      <ConfigNumber name="learningRate" config={form.config} change={setConfig} />
      <ConfigNumber name="patience" config={form.config} change={setConfig} />
      <ConfigNumber name="seed" config={form.config} change={setConfig} />
      <Select
        label={t('ladder:field.augmentation')}
        description={t('ladder:help.augmentation')}
        value={form.config.augmentation}
        data={(['none', 'light', 'strong'] as const).map((value) => ({ value, label: t(`ladder:augmentation.${value}`) }))}
        onChange={(value) => value && setConfig({ ...form.config, augmentation: value as TrainingConfig['augmentation'] })}
      />
    </div>
  );
}
