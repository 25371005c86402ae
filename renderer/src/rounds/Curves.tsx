import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import { noLosses, smoothed, type StepLosses } from '../../../electron/core/stepLosses';
import type { EpochMetrics } from '../../../electron/core/training';
import { useLook } from '../settings/look';
import { useFormat } from '../ui/format';
import classes from './Rounds.module.css';

interface ChartProps {
  readonly label: string;
  readonly epochs: readonly EpochMetrics[];
  readonly wanted: number;
  readonly kind: 'loss' | 'accuracy';
  /** Losses inside the epochs, already smoothed: a faint line. */
  readonly steps?: StepLosses;
  /** Accuracy of the migrated model that the run began with, as a line. */
  readonly floor?: number | null;
}

function columnsOf(epochs: readonly EpochMetrics[], kind: 'loss' | 'accuracy', steps: StepLosses, floor: number | null): uPlot.AlignedData {
  const columns: uPlot.AlignedData = [
    epochs.map(({ epoch }) => epoch),
    epochs.map((epoch) => (kind === 'loss' ? epoch.loss : epoch.accuracy)),
    epochs.map((epoch) => (kind === 'loss' ? epoch.validationLoss : epoch.validationAccuracy)),
    ...(kind === 'accuracy' ? [epochs.map(() => floor)] : []),
  ];
  if (kind === 'accuracy') return columns;
  return uPlot.join([columns, [[...steps.at], [...steps.loss]]]);
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
    scales: { x: { time: false, range: (_plot, min) => [Math.min(1, Math.floor(min ?? 1)), Math.max(2, wanted)] }, y: { range: (_plot, min, max) => (kind === 'accuracy' ? [Math.max(0, Math.min(min ?? 0, 0.5)), 1] : [0, Math.max(0.1, (max ?? 1) * 1.05)]) } },
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], size: 26 },
      { ...axis, values: (_plot, ticks) => ticks.map(label), size: 52 },
    ],
    series: [
      {},
      { stroke: colour('--g-good'), width: 2, spanGaps: true, points: { show: wanted <= 40, size: 5 } },
      { stroke: colour('--g-warn'), width: 2, spanGaps: true, dash: [6, 4], points: { show: wanted <= 40, size: 5 } },
      ...(kind === 'loss' ? [{ stroke: `color-mix(in srgb, ${colour('--g-good')} 45%, transparent)`, width: 1, spanGaps: true, points: { show: false } }] : [{ stroke: colour('--mantine-color-dimmed'), width: 1.5, spanGaps: true, dash: [2, 3], points: { show: false } }]),
    ],
  };
}

function Chart(props: ChartProps) {
  const { label, epochs, wanted, kind, steps = noLosses, floor = null } = props;
  const format = useFormat();
  const { scheme, strong } = useLook();
  const { ref: sized, width } = useElementSize();
  const place = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(place, sized);
  const plot = useRef<uPlot | null>(null);
  const formatRef = useRef(format);
  const data = useRef({ epochs, steps });
  useEffect(() => {
    formatRef.current = format;
    data.current = { epochs, steps };
    plot.current?.setData(columnsOf(epochs, kind, steps, floor));
  });
  useEffect(() => {
    if (width < 40 || !place.current) return undefined;
    const options = optionsOf({ kind, wanted }, width, (value) => (kind === 'loss' ? formatRef.current.decimal(value, 2) : formatRef.current.percent(value, 0)));
    plot.current = new uPlot(options, columnsOf(data.current.epochs, kind, data.current.steps, floor), place.current);
    return () => plot.current?.destroy();
  }, [kind, wanted, width, scheme, strong, floor]);
  return (
    <figure className={classes.chart} aria-label={label}>
      <figcaption>{label}</figcaption>
      <div ref={ref} style={{ height: 190 }} />
    </figure>
  );
}

/** Loss and accuracy of a run, epoch by epoch, over the floor of a migrated start; training is a solid line, validation a broken one. */
export function Curves({ epochs, wanted, losses = noLosses, floor = null }: { readonly epochs: readonly EpochMetrics[]; readonly wanted: number; readonly losses?: StepLosses; readonly floor?: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const steps = useMemo(() => ({ at: losses.at, loss: smoothed(losses.loss) }), [losses]);
  return (
    <div data-testid="curves" data-epochs={epochs.length} data-steps={steps.at.length}>
      <div className={classes.charts}>
        <Chart kind="loss" label={t('ladder:loss')} epochs={epochs} wanted={wanted} steps={steps} />
        <Chart kind="accuracy" label={t('common:accuracy')} epochs={epochs} wanted={wanted} floor={floor} />
      </div>
      <div className={classes.legend} aria-hidden>
        <span className={classes.solid} /> {t('ladder:training')}
        <span className={classes.dashed} /> {t('ladder:validation')}
        {steps.at.length > 0 && (
          <>
            <span className={classes.faint} /> {t('ladder:steps')}
          </>
        )}
        {floor !== null && (
          <span className={classes.floor} data-testid="curves-floor">
            {t('ladder:floor', { accuracy: format.percent(floor) })}
          </span>
        )}
      </div>
    </div>
  );
}
