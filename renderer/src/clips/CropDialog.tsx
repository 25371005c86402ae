import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import ReactCrop, { type PercentCrop } from 'react-image-crop';
import 'react-image-crop/dist/ReactCrop.css';
import type { Crop } from '../../../electron/core/clips';
import type { ClipView } from '../../../electron/ipc/contract';
import { call, frameAddress } from '../studio';
import { useStudio } from '../ui/queries';
import { tellChange } from '../ui/tell';
import { closeClipDialog, useClipDialog } from './chosen';
import { cropOf, percentOf } from './crop';

function CropEditor({ clips }: { readonly clips: readonly ClipView[] }) {
  const { t } = useTranslation();
  const [first] = clips;
  const [area, setArea] = useState<PercentCrop>(() => percentOf(first?.crop ?? null));
  const [busy, setBusy] = useState(false);
  const frame = first?.strip[Math.floor(first.strip.length / 2)];
  const save = async (crop: Crop | null) => {
    setBusy(true);
    const well = await tellChange(call('clips:crop', clips.map(({ id }) => id), crop));
    setBusy(false);
    if (well) closeClipDialog();
  };
  const crop = cropOf(area);
  if (frame === undefined) return <Text>{t('timeline:noFrames')}</Text>;
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('board:crop.text', { count: clips.length })}</Text>
      <div style={{ display: 'grid', placeItems: 'center' }}>
        <ReactCrop
          crop={area}
          keepSelection
          minWidth={16}
          minHeight={16}
          ruleOfThirds
          onChange={(_, percent) => setArea(percent)}
          ariaLabels={{
            cropArea: t('board:crop.area'),
            nwDragHandle: t('board:crop.handle'), nDragHandle: t('board:crop.handle'), neDragHandle: t('board:crop.handle'), eDragHandle: t('board:crop.handle'),
            seDragHandle: t('board:crop.handle'), sDragHandle: t('board:crop.handle'), swDragHandle: t('board:crop.handle'), wDragHandle: t('board:crop.handle'),
          }}
        >
          <img src={frameAddress(frame)} alt="" draggable={false} style={{ maxHeight: '52vh', maxWidth: '100%', display: 'block' }} data-testid="crop-picture" />
        </ReactCrop>
      </div>
      <Group justify="space-between">
        <Button variant="subtle" color="gray" disabled={busy || clips.every(({ crop: own }) => own === null)} onClick={() => void save(null)} data-testid="crop-whole">
          {t('board:crop.whole')}
        </Button>
        <Group gap="xs">
          <Button variant="default" onClick={closeClipDialog}>
            {t('common:cancel')}
          </Button>
          <Button disabled={busy || crop === null} onClick={() => void save(crop)} data-testid="crop-save">
            {t('board:crop.save', { count: clips.length })}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

/** The part of the picture that counts, dragged on a frame, for one clip or many. */
export function CropDialog() {
  const { t } = useTranslation();
  const { kind, ids } = useClipDialog();
  const clips = useStudio('clips:list').data ?? [];
  const chosen = clips.filter(({ id }) => ids.includes(id));
  return (
    <Modal opened={kind === 'crop' && chosen.length > 0} onClose={closeClipDialog} size={680} title={<Text fw={620} size="md">{t('board:crop.title')}</Text>} closeButtonProps={{ 'aria-label': t('common:close') }}>
      <CropEditor key={ids.join()} clips={chosen} />
    </Modal>
  );
}
