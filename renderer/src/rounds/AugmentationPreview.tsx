import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { InputShape } from '../../../electron/core/architecture';
import type { TrainingConfig } from '../../../electron/core/training';
import type { AugmentationWish } from '../../../electron/ipc/contract';
import { useStudio, useStudioWhen } from '../ui/queries';
import { previewFrames } from './augment';
import own from './Augmentation.module.css';

const shownFrames = 3;
const shownEpochs = 5;

function Row({ frameId, plain, wish }: { readonly frameId: number; readonly plain: AugmentationWish; readonly wish: AugmentationWish }) {
  const { t } = useTranslation();
  const before = useStudioWhen({ enabled: true, quiet: true, keep: true }, 'rounds:augmentPreview', frameId, plain, 1).data ?? [];
  const changed = useStudioWhen({ enabled: true, quiet: true, keep: true }, 'rounds:augmentPreview', frameId, wish, shownEpochs).data ?? [];
  const gray = wish.input.channels === 1 || undefined;
  return (
    <tr data-gray={gray}>
      <td className={own.original}>{before[0] && <img src={before[0]} alt={t('augment:original')} />}</td>
      {Array.from({ length: shownEpochs }, (_, epoch) => (
        <td key={epoch}>{changed[epoch] && <img src={changed[epoch]} alt={t('augment:inEpoch', { epoch: epoch + 1 })} data-testid="augment-picture" />}</td>
      ))}
    </tr>
  );
}

/** A few frames of the project as the model sees them, untouched and in the first epochs; drawn anew with each change. */
export function AugmentationPreview({ config, input, active }: { readonly config: TrainingConfig; readonly input: InputShape; readonly active: boolean }) {
  const { t } = useTranslation();
  const clips = useStudio('clips:list').data;
  const frames = useMemo(() => previewFrames(clips ?? [], shownFrames), [clips]);
  const [settled] = useDebouncedValue(config, 120);
  if (!active) {
    return (
      <Text size="xs" c="dimmed">
        {t('augment:off')}
      </Text>
    );
  }
  const { seed, augmentation, augment } = settled;
  const wish: AugmentationWish = { augmentation, ...(augment ? { augment } : {}), seed, input };
  const plain: AugmentationWish = { augmentation: 'none', seed: 1, input };
  return (
    <div className={own.previewScroll}>
      <table className={own.preview} data-testid="augment-preview">
        <thead>
          <tr>
            <th scope="col">{t('augment:original')}</th>
            {Array.from({ length: shownEpochs }, (_, epoch) => (
              <th key={epoch} scope="col">
                {t('augment:inEpoch', { epoch: epoch + 1 })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {frames.map((frameId) => (
            <Row key={frameId} frameId={frameId} plain={plain} wish={wish} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
