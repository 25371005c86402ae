import { ActionIcon, MultiSelect, NumberInput, Select, Switch, Tooltip, UnstyledButton } from '@mantine/core';
import { IconArrowBackUp, IconHelpCircle } from '@tabler/icons-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrainingConfig } from '../../../electron/core/training';
import { useFormat } from '../ui/format';
import classes from './Settings.module.css';
import { changedFields, defaultOf, numberLimits, valueOf, withField, type FieldName, type NumberName } from './tuning';

export interface SettingProps<N extends FieldName> {
  readonly name: N;
  readonly config: TrainingConfig;
  readonly change: (config: TrainingConfig) => void;
}

/** A question mark that explains a term; by mouse, by touch and by keyboard. */
export function Help({ name, text }: { readonly name: string; readonly text: string }) {
  const { t } = useTranslation();
  return (
    <Tooltip label={text} openDelay={150} events={{ hover: true, focus: true, touch: true }} w={300}>
      <UnstyledButton className={classes.help} aria-label={t('tuning:whatIs', { name })} aria-description={text}>
        <IconHelpCircle size={15} stroke={1.7} aria-hidden />
      </UnstyledButton>
    </Tooltip>
  );
}

/** Name of a field, what it means, and the way back where it differs from the default. */
function Head({ name, config, change, id }: SettingProps<FieldName> & { readonly id?: string }) {
  const { t } = useTranslation();
  const label = t(`tuning:field.${name}`);
  const changed = changedFields(config).includes(name);
  return (
    <div className={classes.head} data-changed={changed || undefined}>
      <label htmlFor={id}>{label}</label>
      <Help name={label} text={t(`tuning:help.${name}`)} />
      {changed && (
        <Tooltip label={t('tuning:back')}>
          <ActionIcon size="xs" color="moss" className={classes.back} aria-label={t('tuning:backOf', { name: label })} onClick={() => change(withField(config, name, undefined))} data-testid={`config-${name}-back`}>
            <IconArrowBackUp size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

/** A field with its name above it. */
export function Setting({ id, children, ...props }: SettingProps<FieldName> & { readonly id?: string; readonly children: ReactNode }) {
  return (
    <div className={classes.setting}>
      <Head {...props} id={id} />
      {children}
    </div>
  );
}

/** A number, inside its limits. */
export function NumberSetting(props: SettingProps<NumberName>) {
  const { t } = useTranslation();
  const id = useId();
  const { name, config, change } = props;
  const { min, max, step, decimals } = numberLimits[name];
  return (
    <Setting {...props} id={id}>
      <NumberInput
        id={id}
        value={valueOf(config, name) ?? ''}
        placeholder={defaultOf(config, name) === undefined ? t('tuning:byItself') : undefined}
        min={min}
        max={max}
        step={step}
        decimalScale={decimals}
        allowDecimal={decimals > 0}
        allowNegative={false}
        clampBehavior="blur"
        onChange={(value) => {
          if (value === '') change(withField(config, name, undefined));
          else if (typeof value === 'number' && value >= min && value <= max && value !== valueOf(config, name)) change(withField(config, name, value));
        }}
        data-testid={`config-${name}`}
      />
    </Setting>
  );
}

interface ChoiceProps<N extends FieldName> extends SettingProps<N> {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  readonly value: string | null;
  readonly choose: (value: string | null) => void;
  readonly clearable?: boolean;
  readonly disabled?: boolean;
}

/** One of a few. */
export function ChoiceSetting<N extends FieldName>({ choices, value, choose, clearable = false, disabled = false, ...props }: ChoiceProps<N>) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Setting {...props} id={id}>
      <Select id={id} value={value} data={choices} clearable={clearable} disabled={disabled} placeholder={clearable ? t('tuning:nobody') : undefined} onChange={choose} data-testid={`config-${props.name}`} />
    </Setting>
  );
}

/** Yes or no. */
export function SwitchSetting(props: SettingProps<'nesterov' | 'unlabelled'>) {
  const { t } = useTranslation();
  const id = useId();
  const { name, config, change } = props;
  const on = valueOf(config, name) === true;
  return (
    <Setting {...props} id={id}>
      <Switch id={id} className={classes.switch} checked={on} label={t(on ? 'tuning:yes' : 'tuning:no')} onChange={(event) => change(withField(config, name, event.currentTarget.checked))} data-testid={`config-${name}`} />
    </Setting>
  );
}

/** Layers by name. */
export function LayersSetting({ layers, ...props }: SettingProps<'frozen' | 'inherited'> & { readonly layers: readonly string[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const { name, config, change } = props;
  const chosen = config[name] ?? [];
  return (
    <Setting {...props} id={id}>
      <MultiSelect
        id={id}
        size="sm"
        value={[...chosen]}
        data={layers}
        clearable
        searchable={layers.length > 8}
        placeholder={chosen.length === 0 ? t('tuning:noLayer') : undefined}
        onChange={(value) => change(withField(config, name, value))}
        aria-description={format.list(chosen)}
        data-testid={`config-${name}`}
      />
    </Setting>
  );
}
