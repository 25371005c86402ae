import { Alert, Loader, Switch, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconPhotoDown } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelView, PredictionSource, PredictionView } from '../../../electron/ipc/contract';
import { carriesFiles, useDrop } from '../clips/importing';
import { SaliencyOverlay } from '../results/SaliencyOverlay';
import { pathsOf } from '../studio';
import { ClassDot } from '../ui/ClassDot';
import { useFormat } from '../ui/format';
import { useStudio, useStudioWhen } from '../ui/queries';
import { sayError } from '../ui/sentences';
import classes from './Try.module.css';
import { tryOut, useTrial } from './trial';

function useStageDrop() {
  const [over, setOver] = useState(false);
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        if (!carriesFiles(event)) return;
        event.preventDefault();
        useDrop.setState({ dragging: false });
        const path = pathsOf([...event.dataTransfer.files])[0];
        if (path) tryOut({ kind: 'file', path });
      },
    },
  };
}

function Scores({ prediction }: { readonly prediction: PredictionView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const views = useStudio('names:list').data?.classes ?? [];
  const scores = prediction.scores.toSorted((a, b) => b.score - a.score);
  return (
    <div className={classes.scores} data-testid="try-scores">
      <div role="status">
        <Text c="dimmed">{t('tryit:thisIs')}</Text>
        <div className={classes.answer} data-unknown={prediction.unknown || undefined} data-testid="try-answer">
          {prediction.unknown ? t('results:unknown') : prediction.class}
        </div>
        <Text c="dimmed" className="numbers">
          {prediction.unknown ? t('results:unknownHelp', { threshold: format.percent(prediction.threshold, 0), class: prediction.class, score: format.percent(prediction.score) }) : t('tryit:sure', { score: format.percent(prediction.score) })}
        </Text>
      </div>
      <ul className={classes.bars} aria-label={t('tryit:scores')}>
        {scores.map(({ class: name, score }) => {
          const colour = views.find((view) => view.name === name)?.colour ?? 'var(--g-accent)';
          return (
            <li key={name}>
              <span className={classes.barHead}>
                <ClassDot colour={colour} />
                <span className={classes.barName}>{name}</span>
                <strong>{format.percent(score)}</strong>
              </span>
              <span className={classes.track} aria-hidden>
                <span style={{ width: `${score * 100}%`, background: colour }} />
                {prediction.threshold !== null && <i style={{ left: `${prediction.threshold * 100}%` }} />}
              </span>
            </li>
          );
        })}
      </ul>
      <Text c="dimmed" size="xs" className="numbers" data-testid="try-latency">
        {t('tryit:latency', { milliseconds: format.decimal(prediction.milliseconds, prediction.milliseconds < 10 ? 1 : 0) })}
      </Text>
    </div>
  );
}

const nothing: PredictionSource = { kind: 'frame', frameId: -1 };

/** Big: the picture, and the bars beside it. */
export function Stage({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const source = useTrial((trial) => trial.source);
  const { over, handlers } = useStageDrop();
  const [looking, setLooking] = useState(false);
  const [size, setSize] = useState({ width: 1, height: 1 });
  const { data, error, isFetching } = useStudioWhen({ enabled: source !== null, quiet: true, keep: true }, 'predictions:predict', model.id, source ?? nothing);
  const prediction = source !== null && !error ? data : undefined;
  return (
    <div className={classes.stage} {...handlers}>
      <div className={classes.picture} data-over={over || undefined} data-filled={prediction !== undefined || undefined} data-testid="try-drop">
        {prediction ? (
          <>
            <img src={prediction.picture} alt={t('tryit:pictureOf', { class: prediction.class })} draggable={false} onLoad={({ currentTarget }) => setSize({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })} />
            {looking && source && <SaliencyOverlay modelId={model.id} source={source} {...size} />}
          </>
        ) : (
          <div className={classes.invite}>
            <IconPhotoDown size={44} stroke={1.3} aria-hidden />
            <Text size="md" fw={550}>
              {t('tryit:drop')}
            </Text>
            <Text c="dimmed">{t('tryit:dropHint')}</Text>
          </div>
        )}
        {isFetching && <Loader size="sm" className={classes.wait} />}
      </div>
      <div className={classes.side}>
        {error ? (
          <Alert color="clay" icon={<IconAlertTriangle size={18} aria-hidden />}>
            {sayError(t, error)}
          </Alert>
        ) : prediction ? (
          <>
            <Scores prediction={prediction} />
            <Tooltip label={t('results:saliencyHelp')} multiline w={280}>
              <Switch mt="lg" checked={looking} onChange={(event) => setLooking(event.currentTarget.checked)} label={t('results:saliency')} data-testid="try-saliency" />
            </Tooltip>
          </>
        ) : (
          <Text c="dimmed">{t('tryit:noAnswer', { model: model.name })}</Text>
        )}
      </div>
    </div>
  );
}
