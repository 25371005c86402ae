import { Alert, Loader, Switch, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconPhotoDown } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelView, PredictionSource } from '../../../electron/ipc/contract';
import { carriesFiles, useDrop } from '../clips/importing';
import { SaliencyOverlay } from '../results/SaliencyOverlay';
import { pathsOf } from '../studio';
import { useStudioWhen } from '../ui/queries';
import { sayError } from '../ui/sentences';
import { Scores } from './Scores';
import classes from './Try.module.css';
import { tryOut, useTrial } from './trial';
import { Verdict } from './Verdict';

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
            {source && <Verdict source={source} prediction={prediction} />}
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
