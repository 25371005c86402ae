import { ActionIcon, Checkbox, Menu, Popover, UnstyledButton } from '@mantine/core';
import { IconPhoto, IconAlertTriangle, IconDots, IconFileInfo, IconCrop, IconFlask } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClipView } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { FrameImage } from '../ui/FrameImage';
import { MiddleCut } from '../ui/MiddleCut';
import { go } from '../ui/place';
import classes from './Board.module.css';
import { toggleChosen, useChosen } from './chosen';
import { ClipActions } from './ClipActions';
import { ImportReportCard } from './ImportReportCard';

function ClipMenu({ clip, showReport }: { readonly clip: ClipView; readonly showReport: () => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" className={classes.clipMenu} aria-label={t('board:menuOf', { name: clip.name })} data-testid={`clip-menu-${clip.id}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPhoto size={16} />} onClick={() => go('frames', { clip: String(clip.id) })}>
          {t('board:showFrames')}
        </Menu.Item>
        <Menu.Item leftSection={<IconFileInfo size={16} />} onClick={showReport} data-testid="clip-report">
          {t('board:report')}
        </Menu.Item>
        <ClipActions clips={[clip]} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** A clip on the board: its filmstrip, its name, its frames. */
export function ClipStrip({ clip }: { readonly clip: ClipView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [report, setReport] = useState(false);
  const chosen = useChosen(({ ids }) => ids.includes(clip.id));
  const open = (event: { readonly ctrlKey: boolean; readonly metaKey: boolean }) => (event.ctrlKey || event.metaKey ? toggleChosen(clip.id) : go('board', { clip: String(clip.id) }));
  const whole = clip.status === 'complete' || clip.status === 'alreadyThere';
  return (
    <Popover opened={report} onChange={setReport} width={340} position="bottom-start" shadow="md" trapFocus withRoles={false}>
      <Popover.Target>
        <div className={`${classes.clip} ${chosen ? classes.clipChosen : ''}`} data-testid={`clip-${clip.id}`}>
          <UnstyledButton className={classes.strip} onClick={open} aria-label={t('board:openClip', { name: clip.name })} data-testid={`clip-open-${clip.id}`}>
            {clip.strip.map((id) => (
              <span key={id}>
                <FrameImage id={id} small />
              </span>
            ))}
          </UnstyledButton>
          <Checkbox className={classes.clipChoice} size="xs" checked={chosen} aria-label={t('board:choose', { name: clip.name })} onChange={() => toggleChosen(clip.id)} data-testid={`clip-choose-${clip.id}`} />
          <div className={classes.clipLine}>
            {clip.testSet && <IconFlask size={14} className={classes.clipMark} role="img" aria-label={t('board:testSet')} data-testid="clip-test-mark" />}
            {clip.crop && <IconCrop size={14} className={classes.clipMark} role="img" aria-label={t('board:cropped')} data-testid="clip-crop-mark" />}
            {!whole && (
              <ActionIcon size="xs" color="resin" aria-label={t(`board:status.${clip.status}`)} title={t(`board:status.${clip.status}`)} onClick={() => setReport(true)}>
                <IconAlertTriangle size={14} />
              </ActionIcon>
            )}
            <UnstyledButton className={classes.clipName} tabIndex={-1} onClick={open}>
              <MiddleCut text={clip.name} tail={6} />
            </UnstyledButton>
            <span className={classes.clipCount} title={[t('common:frames', { count: clip.frames }), ...(clip.excluded > 0 ? [t('board:excluded', { count: clip.excluded })] : [])].join(', ')}>
              <span className={classes.countLong}>{t('common:frames', { count: clip.frames })}</span>
              <span className={classes.countShort}>{format.number(clip.frames)}</span>
            </span>
            <ClipMenu clip={clip} showReport={() => setReport(true)} />
          </div>
        </div>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={`${clip.name}: ${t('board:report')}`}>
        <ImportReportCard clip={clip} />
      </Popover.Dropdown>
    </Popover>
  );
}
