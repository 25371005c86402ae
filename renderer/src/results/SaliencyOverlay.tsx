import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PredictionSource, SaliencyView } from '../../../electron/ipc/contract';
import { useStudioWhen } from '../ui/queries';

/** Draws the weights, smoothed by the enlargement, as a heat over the picture: transparent where nothing matters. */
function draw(canvas: HTMLCanvasElement, { rows, columns, weights }: SaliencyView): void {
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext('2d');
  if (!context) return;
  const picture = context.createImageData(columns, rows);
  weights.forEach((weight, index) => picture.data.set([255, Math.round(60 + 170 * (1 - weight)), 30, Math.round(weight * 190)], index * 4));
  context.putImageData(picture, 0, 0);
}

/** Where the model looks, over a picture that fills its box as `object-fit: contain` does. */
export function SaliencyOverlay({ modelId, source, width, height }: { readonly modelId: string; readonly source: PredictionSource; readonly width: number; readonly height: number }) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const saliency = useStudioWhen({ enabled: true }, 'predictions:saliency', modelId, source).data;
  useEffect(() => {
    if (canvas.current && saliency) draw(canvas.current, saliency);
  }, [saliency]);
  if (!saliency) return null;
  const { x, y, width: share, height: part } = saliency.crop ?? { x: 0, y: 0, width: 1, height: 1 };
  return (
    <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMid meet" style={{ position: 'absolute', inset: 0, width: '100%', height: '100%', pointerEvents: 'none' }} role="img" aria-label={t('results:saliencyOf')} data-testid="saliency">
      <foreignObject x={x * width} y={y * height} width={share * width} height={part * height}>
        <canvas ref={canvas} style={{ width: '100%', height: '100%', display: 'block' }} />
      </foreignObject>
    </svg>
  );
}
