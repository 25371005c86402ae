import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import type { EpochMetrics } from '../../../electron/core/training';
import { useFormat } from '../ui/format';
import classes from './Rounds.module.css';

interface ChartProps {
  readonly label: string;
  readonly epochs: readonly EpochMetrics[];
  readonly wanted: number;
  readonly kind: 'loss' | 'accuracy';
}

function columnsOf(epochs: readonly EpochMetrics[], kind: 'loss' | 'accuracy'): uPlot.AlignedData {
  return [
    epochs.map(({ epoch }) => epoch),
    epochs.map((epoch) => (kind === 'loss' ? epoch.loss : epoch.accuracy)),
    epochs.map((epoch) => (kind === 'loss' ? epoch.validationLoss : epoch.validationAccuracy)),
  ];
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function optionsOf({ kind, wanted }: Pick<ChartProps, 'kind' | 'wanted'>, width: number, label: (value: number) => string): uPlot.Options {
  const axis = { stroke: colour('--mantine-color-dimmed'), grid: { stroke: colour('--g-line'), width: 1 }, ticks: { show: false }, font: `11px ${getComputedStyle(document.body).fontFamily}` };
  return {
    width,
    height: 190,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    padding: [10, 10, 0, 0],
    scales: { x: { time: false, range: () => [1, Math.max(2, wanted)] }, y: { range: (_plot, min, max) => (kind === 'accuracy' ? [Math.max(0, Math.min(min ?? 0, 0.5)), 1] : [0, Math.max(0.1, (max ?? 1) * 1.05)]) } },
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], size: 26 },
      { ...axis, values: (_plot, ticks) => ticks.map(label), size: 52 },
    ],
    series: [
      {},
      { stroke: colour('--g-good'), width: 2, points: { show: wanted <= 40, size: 5 } },
      { stroke: colour('--g-warn'), width: 2, dash: [6, 4], points: { show: wanted <= 40, size: 5 } },
    ],
  };
}

function Chart(props: ChartProps) {
  const { label, epochs, wanted, kind } = props;
  const format = useFormat();
  const scheme = useComputedColorScheme();
  const { ref: sized, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(place, sized);
  const plot = useRef<uPlot | null>(null);
  const formatRef = useRef(format);
  const data = useRef(epochs);
  useEffect(() => {
    formatRef.current = format;
    data.current = epochs;
    plot.current?.setData(columnsOf(epochs, kind));
  });
  useEffect(() => {
    if (width < 40 || !place.current) return undefined;
    const options = optionsOf({ kind, wanted }, width, (value) => (kind === 'loss' ? formatRef.current.decimal(value, 2) : formatRef.current.percent(value, 0)));
    plot.current = new uPlot(options, columnsOf(data.current, kind), place.current);
    return () => plot.current?.destroy();
  }, [kind, wanted, width, scheme]);
  return (
    <figure className={classes.chart} aria-label={label}>
      <figcaption>{label}</figcaption>
      <div ref={ref} style={{ height: 190 }} />
    </figure>
  );
}

/** Loss and accuracy of a run, epoch by epoch; training is a solid line, validation a broken one. */
export function Curves({ epochs, wanted }: { readonly epochs: readonly EpochMetrics[]; readonly wanted: number }) {
  const { t } = useTranslation();
  return (
    <div data-testid="curves" data-epochs={epochs.length}>
      <div className={classes.charts}>
        <Chart kind="loss" label={t('ladder:loss')} epochs={epochs} wanted={wanted} />
        <Chart kind="accuracy" label={t('common:accuracy')} epochs={epochs} wanted={wanted} />
      </div>
      <div className={classes.legend} aria-hidden>
        <span className={classes.solid} /> {t('ladder:training')}
        <span className={classes.dashed} /> {t('ladder:validation')}
      </div>
    </div>
  );
}
