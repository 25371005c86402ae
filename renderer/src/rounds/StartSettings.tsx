import { Input, NumberInput, SegmentedControl, Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelView, NextRound } from '../../../electron/ipc/contract';
import classes from './Settings.module.css';
import { withoutLayers } from './tuning';
import type { RoundForm } from './wish';

interface Props {
  readonly next: NextRound;
  readonly models: readonly ModelView[];
  readonly form: RoundForm;
  readonly change: (part: Partial<RoundForm>) => void;
}

function FreshSettings({ next, form, change }: Omit<Props, 'models'>) {
  const { t } = useTranslation();
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
      <Select label={t('ladder:field.preset')} description={t('ladder:help.preset')} value={form.preset} data={next.presets.map(({ name, parameters }) => ({ value: name, label: `${name} (${t('common:parameters', { count: parameters })})` }))} onChange={(preset) => preset && change({ preset })} data-testid="config-preset" />
    </>
  );
}

/** Whose weights a round begins with, and for a fresh start the network. */
export function StartSettings({ next, models, form, change }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.group} data-testid="settings-start">
      <legend>
        {t('tuning:group.start')}
        <small>{t('tuning:groupHelp.start')}</small>
      </legend>
      <div className={classes.fields}>
        <Select
          label={t('ladder:field.from')}
          description={t('ladder:help.from')}
          value={form.from}
          data={[
            ...(next.startModel ? [{ value: 'last', label: t('ladder:lastModel', { model: next.startModel.name }) }] : []),
            ...models.filter(({ id }) => id !== next.startModel?.id || form.from === id).map(({ id, name }) => ({ value: id, label: name })),
            { value: 'none', label: t('ladder:fresh') },
          ]}
          onChange={(from) => from && change({ from, config: withoutLayers(form.config) })}
          data-testid="config-from"
        />
        {form.from === 'none' ? (
          <FreshSettings next={next} form={form} change={change} />
        ) : (
          <Text c="dimmed" size="xs">
            {t('ladder:keepsShape')}
          </Text>
        )}
      </div>
    </fieldset>
  );
}
