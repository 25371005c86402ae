import { Button, NumberInput, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Architecture } from '../../../electron/core/architecture';
import { weightSpecs } from '../../../electron/core/shapes';
import { balances, learningRateSchedules, optimizerNames, type TrainingConfig } from '../../../electron/core/training';
import type { ModelView, NextRound } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { MiddleCut } from '../ui/MiddleCut';
import { AugmentationSettings } from './AugmentationSettings';
import { ChoiceSetting, LayersSetting, NumberSetting, SwitchSetting } from './SettingField';
import classes from './Settings.module.css';
import { StartSettings } from './StartSettings';
import { changedFields, groupNames, groups, isUseless, numberLimits, valueOf, weightsByClass, withDefaults, withField, type FieldName, type GroupName, type NumberName } from './tuning';
import { inputOf, type RoundForm } from './wish';

interface Props {
  readonly next: NextRound;
  readonly models: readonly ModelView[];
  readonly form: RoundForm;
  readonly change: (part: Partial<RoundForm>) => void;
  /** The network of the start model; null for a fresh start. */
  readonly own: Architecture | null;
}

interface FieldProps extends Pick<Props, 'next' | 'models'> {
  readonly config: TrainingConfig;
  readonly setConfig: (config: TrainingConfig) => void;
  /** Layers with weights of the start model; none for a fresh start. */
  readonly layers: readonly string[];
}

function isNumber(name: FieldName): name is FieldName & NumberName {
  return Object.hasOwn(numberLimits, name);
}

function ClassWeightsSetting({ next, config, setConfig }: FieldProps) {
  const { t } = useTranslation();
  const { classWeights } = config;
  const kind = typeof classWeights === 'object' ? 'own' : (classWeights ?? 'none');
  const weights = weightsByClass(classWeights, next.classNames);
  return (
    <>
      <ChoiceSetting
        name="classWeights"
        config={config}
        change={setConfig}
        value={kind}
        choices={(['none', 'balanced', 'own'] as const).map((value) => ({ value, label: t(`tuning:weights.${value}`) }))}
        choose={(value) => setConfig(withField(config, 'classWeights', value === 'own' ? weights : value === 'balanced' ? 'balanced' : 'none'))}
      />
      {kind === 'own' && (
        <div className={`${classes.wide} ${classes.weights}`}>
          {next.classNames.map((name) => (
            <NumberInput key={name} label={<MiddleCut text={name} />} value={weights[name]} min={0} max={1000} step={0.5} decimalScale={3} onChange={(value) => typeof value === 'number' && setConfig(withField(config, 'classWeights', { ...weights, [name]: value }))} data-testid={`config-weight-${name}`} />
          ))}
        </div>
      )}
    </>
  );
}

function Field({ name, ...props }: FieldProps & { readonly name: FieldName }) {
  const { t } = useTranslation();
  const { config, setConfig, models, layers } = props;
  const common = { config, change: setConfig };
  if (isNumber(name)) return <NumberSetting name={name} {...common} />;
  switch (name) {
    case 'nesterov':
    case 'unlabelled':
      return <SwitchSetting name={name} {...common} />;
    case 'frozen':
    case 'inherited':
      return <LayersSetting name={name} layers={layers} {...common} />;
    case 'classWeights':
      return <ClassWeightsSetting {...props} />;
    case 'teacher':
      return <ChoiceSetting name={name} {...common} clearable value={config.teacher ?? null} choices={models.map(({ id, name: label }) => ({ value: id, label }))} choose={(value) => setConfig(withField(config, name, value ?? undefined))} />;
    case 'optimizer':
      return <ChoiceSetting name={name} {...common} value={valueOf(config, name) ?? null} choices={optimizerNames.map((value) => ({ value, label: t(`tuning:optimizer.${value}`) }))} choose={(value) => setConfig(withField(config, name, optimizerNames.find((known) => known === value)))} />;
    case 'schedule':
      return <ChoiceSetting name={name} {...common} value={valueOf(config, name) ?? null} choices={learningRateSchedules.map((value) => ({ value, label: t(`tuning:schedule.${value}`) }))} choose={(value) => setConfig(withField(config, name, learningRateSchedules.find((known) => known === value)))} />;
    case 'balance':
      return <ChoiceSetting name={name} {...common} value={valueOf(config, name) ?? null} choices={balances.map((value) => ({ value, label: t(`tuning:balance.${value}`) }))} choose={(value) => setConfig(withField(config, name, balances.find((known) => known === value)))} />;
  }
}

function Group({ name, ...props }: FieldProps & { readonly name: GroupName }) {
  const { t } = useTranslation();
  const shown = groups[name].filter((field) => !isUseless(props.config, field));
  const why = name === 'layers' && props.layers.length === 0 ? t('tuning:noLearntLayers') : name === 'teacher' && props.models.length === 0 ? t('tuning:noModels') : null;
  return (
    <fieldset className={classes.group} data-testid={`settings-${name}`}>
      <legend>
        {t(`tuning:group.${name}`)}
        <small>{t(`tuning:groupHelp.${name}`)}</small>
      </legend>
      {why ? (
        <Text c="dimmed" size="xs" className={classes.wide}>
          {why}
        </Text>
      ) : (
        <div className={classes.fields}>
          {shown.map((field) => (
            <Field key={field} name={field} {...props} />
          ))}
        </div>
      )}
    </fieldset>
  );
}

function Foot({ config, setConfig }: Pick<FieldProps, 'config' | 'setConfig'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const changed = changedFields(config);
  return (
    <div className={classes.foot} data-testid="config-changed" data-changed={changed.join(' ')}>
      <Text size="xs" c="dimmed">
        {changed.length === 0 ? t('tuning:allDefault') : t('tuning:changed', { count: changed.length, names: format.list(changed.map((name) => t(`tuning:field.${name}`))) })}
      </Text>
      {changed.length > 0 && (
        <Button size="compact-xs" variant="subtle" leftSection={<IconArrowBackUp size={14} aria-hidden />} onClick={() => setConfig(withDefaults(config))} data-testid="config-defaults">
          {t('tuning:backToDefaults')}
        </Button>
      )}
    </div>
  );
}

/** Numbers for those who look for them, under the names of the field; each is explained, and what was changed is marked. */
export function AdvancedSettings({ next, models, form, change, own }: Props) {
  const layers = useMemo(() => (own ? [...new Set(weightSpecs(own).map(({ layer }) => layer))] : []), [own]);
  const setConfig = (config: TrainingConfig) => change({ config });
  return (
    <div className={classes.groups}>
      <StartSettings next={next} models={models} form={form} change={change} own={own} />
      {groupNames.map((name) => (
        <Group key={name} name={name} next={next} models={models} config={form.config} setConfig={setConfig} layers={layers} />
      ))}
      <AugmentationSettings next={next} form={form} input={own?.input ?? inputOf(form)} setConfig={setConfig} />
      <Foot config={form.config} setConfig={setConfig} />
    </div>
  );
}
