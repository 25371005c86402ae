import { ActionIcon, Menu, Popover, UnstyledButton } from '@mantine/core';
import { IconPhoto, IconAlertTriangle, IconDots, IconFileInfo, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClipView, NameView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { ClassDot } from '../ui/ClassDot';
import { useFormat } from '../ui/format';
import { FrameImage } from '../ui/FrameImage';
import { MiddleCut } from '../ui/MiddleCut';
import { go } from '../ui/place';
import { useStudio } from '../ui/queries';
import { tellChange } from '../ui/tell';
import classes from './Board.module.css';
import { ImportReportCard } from './ImportReportCard';

function NameItems({ names, current, choose }: { readonly names: readonly NameView[]; readonly current: number | null; readonly choose: (name: string) => void }) {
  return names.map((view) => (
    <Menu.Item key={view.id} leftSection={<ClassDot colour={view.colour} />} disabled={view.id === current} onClick={() => choose(view.name)}>
      {view.name}
    </Menu.Item>
  ));
}

function ClipMenu({ clip, showReport }: { readonly clip: ClipView; readonly showReport: () => void }) {
  const { t } = useTranslation();
  const names = useStudio('names:list').data;
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
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item>{t('board:otherClass')}</Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown>
            <NameItems names={names?.classes ?? []} current={clip.classId} choose={(name) => void tellChange(call('labels:clip', clip.id, name))} />
          </Menu.Sub.Dropdown>
        </Menu.Sub>
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item>{t('board:otherBackground')}</Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown>
            <NameItems names={names?.backgrounds ?? []} current={clip.backgroundId} choose={(name) => void tellChange(call('clips:setBackground', clip.id, name))} />
          </Menu.Sub.Dropdown>
        </Menu.Sub>
        <Menu.Divider />
        <Menu.Item color="clay" leftSection={<IconTrash size={16} />} onClick={() => void tellChange(call('clips:remove', clip.id))} data-testid="clip-remove">
          {t('board:remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A clip on the board: its filmstrip, its name, its frames. */
export function ClipStrip({ clip }: { readonly clip: ClipView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [report, setReport] = useState(false);
  const whole = clip.status === 'complete' || clip.status === 'alreadyThere';
  return (
    <Popover opened={report} onChange={setReport} width={340} position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <div className={classes.clip} data-testid={`clip-${clip.id}`}>
          <UnstyledButton className={classes.strip} onClick={() => go('board', { clip: String(clip.id) })} aria-label={t('board:openClip', { name: clip.name })} data-testid={`clip-open-${clip.id}`}>
            {clip.strip.map((id) => (
              <span key={id}>
                <FrameImage id={id} />
              </span>
            ))}
          </UnstyledButton>
          <div className={classes.clipLine}>
            {!whole && (
              <ActionIcon size="xs" color="resin" aria-label={t(`board:status.${clip.status}`)} title={t(`board:status.${clip.status}`)} onClick={() => setReport(true)}>
                <IconAlertTriangle size={14} />
              </ActionIcon>
            )}
            <UnstyledButton className={classes.clipName} tabIndex={-1} onClick={() => go('board', { clip: String(clip.id) })}>
              <MiddleCut text={clip.name} tail={7} />
            </UnstyledButton>
            <span className={classes.clipCount} title={[t('common:frames', { count: clip.frames }), ...(clip.excluded > 0 ? [t('board:excluded', { count: clip.excluded })] : [])].join(', ')}>
              <span className={classes.countLong}>{t('common:frames', { count: clip.frames })}</span>
              <span className={classes.countShort}>{format.number(clip.frames)}</span>
            </span>
            <ClipMenu clip={clip} showReport={() => setReport(true)} />
          </div>
        </div>
      </Popover.Target>
      <Popover.Dropdown>
        <ImportReportCard clip={clip} />
      </Popover.Dropdown>
    </Popover>
  );
}
