import { SegmentedControl, Slider, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { augmentationNames, augmentationOf, type AugmentationName } from '../../../electron/core/augmentation';
import type { InputShape } from '../../../electron/core/architecture';
import type { TrainingConfig } from '../../../electron/core/training';
import type { NextRound } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { useStudio } from '../ui/queries';
import { augmentationIn, strengthNames, strengths, usualStrength, withChange, withPreset, type StrengthName } from './augment';
import own from './Augmentation.module.css';
import { AugmentationPreview } from './AugmentationPreview';
import { MirrorQuestion } from './MirrorQuestion';
import { Help } from './SettingField';
import classes from './Settings.module.css';
import type { RoundForm } from './wish';

interface RowProps {
  readonly name: StrengthName;
  readonly config: TrainingConfig;
  readonly setConfig: (config: TrainingConfig) => void;
}

function Strength({ name, config, setConfig }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { unit, most } = strengths[name];
  const value = augmentationIn(config)[name];
  const say = (strength: number): string => (unit === 'percent' ? format.percent(strength, 0) : t('augment:degrees', { value: Math.round(strength) }));
  const label = t(`augment:change.${name}`);
  return (
    <div className={own.change} data-on={value > 0 || undefined}>
      <Switch size="xs" label={label} checked={value > 0} onChange={(event) => setConfig(withChange(config, name, event.currentTarget.checked ? usualStrength(config.augmentation, name) : 0))} data-testid={`augment-${name}`} />
      <Help name={label} text={t(`augment:help.${name}`)} />
      <Slider size="sm" className={own.slider} thumbLabel={label} label={say} min={0} max={most} step={unit === 'percent' ? 0.01 : 1} value={Math.min(most, value)} onChange={(strength) => setConfig(withChange(config, name, strength))} />
      <span className={own.value}>{value > 0 ? say(value) : '—'}</span>
    </div>
  );
}

interface Props {
  readonly next: NextRound;
  readonly form: RoundForm;
  readonly input: InputShape;
  readonly setConfig: (config: TrainingConfig) => void;
}

/** How pictures are changed at random while a round trains, shown on frames of the project. */
export function AugmentationSettings({ next, form, input, setConfig }: Props) {
  const { t } = useTranslation();
  const { config } = form;
  const mirror = useStudio('rounds:mirror').data;
  const active = augmentationOf(config.augmentation, config.augment) !== null;
  return (
    <fieldset className={classes.group} data-testid="settings-augmentation">
      <legend>
        {t('augment:title')}
        <small>{t('augment:sentence')}</small>
      </legend>
      <div className={own.body}>
        <SegmentedControl
          value={config.augmentation}
          data={augmentationNames.map((value) => ({ value, label: t(`augment:preset.${value}`) }))}
          onChange={(value) => setConfig(withPreset(config, value as AugmentationName, mirror === true))}
          aria-label={t('augment:title')}
          data-testid="config-augmentation"
        />
        {config.augment && (
          <Text size="xs" c="dimmed" data-testid="augment-changed">
            {t('augment:changedPreset')}
          </Text>
        )}
        <div className={own.changes}>
          {strengthNames.map((name) => (
            <Strength key={name} name={name} config={config} setConfig={setConfig} />
          ))}
        </div>
        {active && mirror !== undefined && <MirrorQuestion next={next} form={form} mirror={mirror} setConfig={setConfig} />}
        <AugmentationPreview config={config} input={input} active={active} />
      </div>
    </fieldset>
  );
}
