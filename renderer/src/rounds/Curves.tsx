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
  /** Accuracy of the migrated model that the run began with, as a line. */
  readonly floor?: number | null;
}

function columnsOf(epochs: readonly EpochMetrics[], kind: 'loss' | 'accuracy', floor: number | null): uPlot.AlignedData {
  return [
    epochs.map(({ epoch }) => epoch),
    epochs.map((epoch) => (kind === 'loss' ? epoch.loss : epoch.accuracy)),
    epochs.map((epoch) => (kind === 'loss' ? epoch.validationLoss : epoch.validationAccuracy)),
    epochs.map(() => floor),
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
      { stroke: colour('--mantine-color-dimmed'), width: 1.5, dash: [2, 3], points: { show: false } },
    ],
  };
}

function Chart(props: ChartProps) {
  const { label, epochs, wanted, kind, floor = null } = props;
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
    plot.current?.setData(columnsOf(epochs, kind, floor));
  });
  useEffect(() => {
    if (width < 40 || !place.current) return undefined;
    const options = optionsOf({ kind, wanted }, width, (value) => (kind === 'loss' ? formatRef.current.decimal(value, 2) : formatRef.current.percent(value, 0)));
    plot.current = new uPlot(options, columnsOf(data.current, kind, floor), place.current);
    return () => plot.current?.destroy();
  }, [kind, wanted, width, scheme, floor]);
  return (
    <figure className={classes.chart} aria-label={label}>
      <figcaption>{label}</figcaption>
      <div ref={ref} style={{ height: 190 }} />
    </figure>
  );
}

/** Loss and accuracy of a run, epoch by epoch, over the floor of a migrated start; training is a solid line, validation a broken one. */
export function Curves({ epochs, wanted, floor = null }: { readonly epochs: readonly EpochMetrics[]; readonly wanted: number; readonly floor?: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div data-testid="curves" data-epochs={epochs.length}>
      <div className={classes.charts}>
        <Chart kind="loss" label={t('ladder:loss')} epochs={epochs} wanted={wanted} />
        <Chart kind="accuracy" label={t('common:accuracy')} epochs={epochs} wanted={wanted} floor={floor} />
      </div>
      <div className={classes.legend} aria-hidden>
        <span className={classes.solid} /> {t('ladder:training')}
        <span className={classes.dashed} /> {t('ladder:validation')}
        {floor !== null && (
          <span className={classes.floor} data-testid="curves-floor">
            {t('ladder:floor', { accuracy: format.percent(floor) })}
          </span>
        )}
      </div>
    </div>
  );
}
