import { MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Architecture, Layer } from '../../../electron/core/architecture';
import { Help } from '../rounds/SettingField';
import classes from './Architecture.module.css';
import { changeLayer, isMerge } from './edit';
import { BorderField, ReLUFields, ShapeField } from './SpecialFields';

const activations = ['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softplus', 'softsign', 'swish', 'gelu', 'softmax'] as const;

interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly decimals?: number;
}

const count: NumberRule = { min: 1, max: 65_536, step: 1 };
/** Arguments that are one number. */
const numbers: Readonly<Record<string, NumberRule>> = {
  filters: { ...count, step: 8 },
  units: { ...count, step: 8 },
  depthMultiplier: { ...count, max: 64 },
  rate: { min: 0, max: 0.95, step: 0.05, decimals: 3 },
  alpha: { min: 0, max: 10, step: 0.1, decimals: 3 },
  epsilon: { min: 0.000001, max: 1, step: 0.001, decimals: 6 },
  momentum: { min: 0, max: 1, step: 0.01, decimals: 4 },
  groups: { ...count, max: 4096 },
  scale: { min: -1000, max: 1000, step: 0.5, decimals: 4 },
  offset: { min: -1000, max: 1000, step: 0.5, decimals: 4 },
};
/** Arguments of a height and a width; one number for both. */
const squares: ReadonlySet<string> = new Set(['kernelSize', 'strides', 'dilationRate', 'poolSize', 'size']);
const order = ['filters', 'units', 'depthMultiplier', 'kernelSize', 'poolSize', 'size', 'strides', 'dilationRate', 'groups', 'padding', 'activation', 'rate', 'alpha', 'momentum', 'epsilon', 'scale', 'offset', 'useBias'] as const;

/** Arguments that a layer need not have: without them they are 1. */
const optional = (name: string, layer: Layer): boolean => (name === 'dilationRate' && 'kernelSize' in layer) || (name === 'groups' && layer.type === 'conv2d');

interface Props {
  readonly architecture: Architecture;
  readonly layer: Layer;
  readonly change: (architecture: Architecture) => void;
}

function Argument({ name, layer, set }: { readonly name: (typeof order)[number]; readonly layer: Layer; readonly set: (part: Partial<Layer>) => void }) {
  const { t } = useTranslation();
  const value = (layer as unknown as Readonly<Record<string, unknown>>)[name] ?? (optional(name, layer) ? 1 : undefined);
  const title = t(`builder:argument.${name}`);
  const label = (
    <span className={classes.label}>
      {title} <Help name={title} text={t(`builder:help.${name}`)} />
    </span>
  );
  const shared = { label, 'aria-label': title, 'data-testid': `argument-${name}` };
  const isOne = (next: unknown): boolean => next === 1 || (Array.isArray(next) && next.every((size) => size === 1));
  const change = (next: unknown): void => set({ [name]: optional(name, layer) && isOne(next) ? undefined : next } as Partial<Layer>);
  const rule = squares.has(name) ? { ...count, max: 64 } : numbers[name];
  if (rule) {
    const { min, max, step, decimals = 0 } = rule;
    const shown = Array.isArray(value) ? (value as readonly number[])[0] : (value as number);
    return <NumberInput {...shared} value={shown} min={min} max={max} step={step} decimalScale={decimals} allowDecimal={decimals > 0} allowNegative={min < 0} clampBehavior="blur" onChange={(next) => typeof next === 'number' && next >= min && next <= max && next !== shown && change(squares.has(name) ? [next, next] : next)} />;
  }
  if (typeof value === 'boolean') return <Switch {...shared} checked={value} onChange={(event) => change(event.currentTarget.checked)} />;
  const choices = name === 'padding' ? ['same', 'valid'] : activations;
  return <Select {...shared} value={String(value)} data={choices} onChange={(next) => next && change(next)} />;
}

/** The arguments of one layer, under the names of Keras. */
export function LayerFields({ architecture, layer, change }: Props) {
  const { t } = useTranslation();
  const set = (part: Partial<Layer>): void => change(changeLayer(architecture, layer.uid, part));
  const at = architecture.layers.indexOf(layer);
  const before = architecture.layers.slice(0, at).map(({ name }) => name);
  const own = order.filter((name) => (name in layer || optional(name, layer)) && !(name === 'padding' && layer.type === 'zeroPadding2d'));
  return (
    <div className={classes.fields} data-testid="layer-fields">
      <TextInput label={t('builder:argument.name')} value={layer.name} onChange={(event) => set({ name: event.currentTarget.value })} data-testid="argument-name" />
      {isMerge(layer) && <MultiSelect label={t('builder:argument.inputs')} value={[...(layer.inputs ?? before.slice(-1))]} data={[...new Set(before)]} onChange={(inputs) => set({ inputs })} data-testid="argument-inputs" />}
      {(layer.type === 'zeroPadding2d' || layer.type === 'cropping2d') && <BorderField layer={layer} set={set} />}
      {layer.type === 'reshape' && <ShapeField key={layer.uid} layer={layer} set={set} />}
      {layer.type === 'reLU' && <ReLUFields layer={layer} set={set} />}
      {own.map((name) => (
        <Argument key={`${layer.uid}/${name}`} name={name} layer={layer} set={set} />
      ))}
    </div>
  );
}
