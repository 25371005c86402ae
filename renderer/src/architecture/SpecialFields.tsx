import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Layer } from '../../../electron/core/architecture';

interface Props<L extends Layer> {
  readonly layer: L;
  readonly set: (part: Partial<Layer>) => void;
}

/** Rows and columns around a picture, put on (`padding`) or cut off (`cropping`): one number for all sides. */
export function BorderField({ layer, set }: Props<Layer & { type: 'zeroPadding2d' | 'cropping2d' }>) {
  const { t } = useTranslation();
  const field = layer.type === 'zeroPadding2d' ? 'padding' : 'cropping';
  const value = layer.type === 'zeroPadding2d' ? layer.padding[0][0] : layer.cropping[0][0];
  return <NumberInput label={t('builder:argument.border')} value={value} min={0} max={64} allowDecimal={false} onChange={(next) => typeof next === 'number' && next >= 0 && next <= 64 && set({ [field]: [[next, next], [next, next]] } as Partial<Layer>)} data-testid="argument-border" />;
}

/** `8x8x16` or `64` -> sizes; null where it is neither. */
function shapeIn(text: string): readonly number[] | null {
  const sizes = text.split(/[x×, ]+/).filter((part) => part !== '');
  return (sizes.length === 1 || sizes.length === 3) && sizes.every((size) => /^[1-9]\d{0,6}$/.test(size)) ? sizes.map(Number) : null;
}

/** The shape that a Reshape gives: one number, or height x width x channels. */
export function ShapeField({ layer, set }: Props<Layer & { type: 'reshape' }>) {
  const { t } = useTranslation();
  const [text, setText] = useState(layer.shape.join('x'));
  const change = (next: string): void => {
    setText(next);
    const shape = shapeIn(next);
    if (shape) set({ shape } as Partial<Layer>);
  };
  return <TextInput label={t('builder:argument.shape')} value={text} error={shapeIn(text) ? undefined : t('builder:help.shape')} onChange={(event) => change(event.currentTarget.value)} data-testid="argument-shape" />;
}

/** The numbers of a ReLU with bounds. */
export function ReLUFields({ layer, set }: Props<Layer & { type: 'reLU' }>) {
  const { t } = useTranslation();
  return (
    <>
      <NumberInput label={t('builder:argument.maxValue')} value={layer.maxValue ?? ''} min={0} max={1000} step={1} decimalScale={3} onChange={(next) => set({ maxValue: typeof next === 'number' ? next : null })} data-testid="argument-maxValue" />
      <NumberInput label={t('builder:argument.negativeSlope')} value={layer.negativeSlope} min={0} max={10} step={0.1} decimalScale={3} onChange={(next) => typeof next === 'number' && next >= 0 && set({ negativeSlope: next })} data-testid="argument-negativeSlope" />
      <NumberInput label={t('builder:argument.threshold')} value={layer.threshold} min={0} max={1000} step={0.1} decimalScale={3} onChange={(next) => typeof next === 'number' && next >= 0 && set({ threshold: next })} data-testid="argument-threshold" />
    </>
  );
}
