import { NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Activation, Layer } from '../../../electron/core/architecture';
import { dilationOf } from '../../../electron/core/shapes';
import type { Edit, LayerPart } from './editor';
import classes from './Layers.module.css';

const activations: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'selu', 'sigmoid', 'hardSigmoid', 'tanh', 'softplus', 'softsign', 'swish', 'gelu', 'softmax'];

interface Props {
  readonly layer: Layer;
  /** The layer whose width the classes decide. */
  readonly fixedWidth: boolean;
  readonly apply: (step: Edit) => void;
}

interface WholeProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly set: (value: number) => void;
  readonly testId: string;
  readonly disabled?: boolean;
}

function Whole({ label, value, most, set, testId, disabled = false }: WholeProps) {
  return <NumberInput size="xs" label={label} min={1} max={most} allowDecimal={false} allowNegative={false} value={value} disabled={disabled} onChange={(next) => typeof next === 'number' && next >= 1 && next <= most && set(next)} data-testid={testId} />;
}

function Name({ layer, apply }: Pick<Props, 'layer' | 'apply'>) {
  const { t } = useTranslation();
  const [name, setName] = useState(layer.name);
  const done = () => name !== layer.name && apply({ kind: 'rename', layer: layer.name, name });
  return <TextInput size="xs" label={t('layers:field.name')} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} onBlur={done} onKeyDown={(event) => event.key === 'Enter' && done()} />;
}

/** What can be changed of a layer, in place: only the fields that its kind has. */
export function StructureFields({ layer, fixedWidth, apply }: Props) {
  const { t } = useTranslation();
  const change = (part: LayerPart) => apply({ kind: 'change', layer: layer.name, part });
  const id = (field: string) => `layer-${layer.name}-${field}`;
  const square = (field: 'kernelSize' | 'poolSize' | 'strides' | 'dilationRate' | 'size', value: readonly [number, number], most: number) => (
    <Whole key={field} label={t(`layers:field.${field}`)} value={value[0]} most={most} set={(size) => change({ [field]: [size, size] })} testId={id(field)} />
  );
  return (
    <div className={classes.fields} data-testid={`layer-fields-${layer.name}`}>
      <Name layer={layer} apply={apply} />
      {'filters' in layer && <Whole label={t('layers:field.filters')} value={layer.filters} most={4096} disabled={fixedWidth} set={(filters) => change({ filters })} testId={id('filters')} />}
      {'units' in layer && <Whole label={t('layers:field.units')} value={layer.units} most={16_384} disabled={fixedWidth} set={(units) => change({ units })} testId={id('units')} />}
      {'depthMultiplier' in layer && <Whole label={t('layers:field.depthMultiplier')} value={layer.depthMultiplier} most={64} set={(depthMultiplier) => change({ depthMultiplier })} testId={id('depthMultiplier')} />}
      {'kernelSize' in layer && square('kernelSize', layer.kernelSize, 31)}
      {'poolSize' in layer && square('poolSize', layer.poolSize, 64)}
      {'strides' in layer && square('strides', layer.strides, 64)}
      {'kernelSize' in layer && square('dilationRate', dilationOf(layer), 16)}
      {'size' in layer && square('size', layer.size, 16)}
      {'padding' in layer && typeof layer.padding === 'string' && (
        <Select size="xs" label={t('layers:field.padding')} value={layer.padding} data={['same', 'valid'].map((value) => ({ value, label: t(`layers:padding.${value as 'same' | 'valid'}`) }))} onChange={(value) => change({ padding: value === 'valid' ? 'valid' : 'same' })} data-testid={id('padding')} />
      )}
      {'activation' in layer && (
        <Select size="xs" label={t('layers:field.activation')} value={layer.activation} data={[...activations]} onChange={(value) => value && change({ activation: value as Activation })} data-testid={id('activation')} />
      )}
      {'rate' in layer && (
        <NumberInput size="xs" label={t('layers:field.rate')} min={0} max={0.95} step={0.1} decimalScale={2} value={layer.rate} onChange={(rate) => typeof rate === 'number' && rate >= 0 && rate < 1 && change({ rate })} data-testid={id('rate')} />
      )}
    </div>
  );
}
