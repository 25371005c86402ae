import { Alert, Button, Group, Loader } from '@mantine/core';
import { IconAlertTriangle, IconCamera, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { longestSide } from '../../../electron/core/pictureHead';
import type { ModelView, PredictionView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { sayError } from '../ui/sentences';
import { attempt } from '../ui/tell';
import { Scores } from './Scores';
import classes from './Try.module.css';
import { tryOut, useTrial } from './trial';

const pauseMilliseconds = 150;

/** What the camera shows now, as a JPEG of the size of frames. */
async function shoot(video: HTMLVideoElement): Promise<Uint8Array> {
  const factor = Math.min(1, longestSide / Math.max(video.videoWidth, video.videoHeight));
  const canvas = new OffscreenCanvas(Math.round(video.videoWidth * factor), Math.round(video.videoHeight * factor));
  const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })).arrayBuffer());
}

/** Opens the camera and asks the model about what it shows, again and again, while it is on the screen. */
function useLive(model: ModelView) {
  const video = useRef<HTMLVideoElement>(null);
  const [prediction, setPrediction] = useState<PredictionView | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let running = true;
    let stream: MediaStream | null = null;
    const loop = async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } }, audio: false });
        const element = video.current;
        if (!running || !element) return stream.getTracks().forEach((track) => track.stop());
        element.srcObject = stream;
        await element.play();
        while (running) {
          const answer = await call('predictions:live', model.id, await shoot(element));
          if (running) setPrediction(answer);
          await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
        }
      } catch (failure) {
        if (running) setError(failure);
      }
    };
    void loop();
    return () => {
      running = false;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, [model.id]);
  return { video, prediction, error };
}

/** The webcam: picture and bars, live; one button takes the picture to be looked at, and labeled. */
export function Webcam({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const { video, prediction, error } = useLive(model);
  const take = async () => {
    if (!video.current) return;
    const key = await attempt(shoot(video.current).then((jpeg) => call('predictions:shot', jpeg)));
    if (key) tryOut({ kind: 'shot', key });
  };
  const denied = error instanceof DOMException;
  return (
    <div className={classes.stage}>
      <div className={classes.picture} data-filled data-testid="try-webcam-picture">
        <video ref={video} muted playsInline className={classes.video} aria-label={t('tryit:webcam')} />
        {!prediction && !error && <Loader size="sm" className={classes.wait} />}
      </div>
      <div className={classes.side}>
        {error !== null && (
          <Alert color="clay" icon={<IconAlertTriangle size={18} aria-hidden />}>
            {denied ? t('tryit:noWebcam', { reason: error.message }) : sayError(t, error)}
          </Alert>
        )}
        {prediction && <Scores prediction={prediction} live />}
        <Group mt="lg" gap="xs">
          <Button leftSection={<IconCamera size={16} aria-hidden />} disabled={!prediction} onClick={() => void take()} data-testid="try-shot">{t('tryit:takeShot')}</Button>
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => useTrial.setState({ webcam: false })}>{t('tryit:stopWebcam')}</Button>
        </Group>
      </div>
    </div>
  );
}
