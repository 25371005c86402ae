import { Menu } from '@mantine/core';
import { IconCrop, IconFlask, IconFlaskOff, IconMovie, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ClipView, NameView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { ClassDot } from '../ui/ClassDot';
import { useStudio } from '../ui/queries';
import { tellChange } from '../ui/tell';
import { openClipDialog } from './chosen';

function NameItems({ names, current, choose }: { readonly names: readonly NameView[]; readonly current: number | null; readonly choose: (name: string) => void }) {
  return names.map((view) => (
    <Menu.Item key={view.id} leftSection={<ClassDot colour={view.colour} />} disabled={view.id === current} onClick={() => choose(view.name)}>
      {view.name}
    </Menu.Item>
  ));
}

function common<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}

/** The items of a menu that change one clip, or many at once: class, background, test set, crop, frames, removal. */
export function ClipActions({ clips, done }: { readonly clips: readonly ClipView[]; readonly done?: () => void }) {
  const { t } = useTranslation();
  const names = useStudio('names:list').data;
  const ids = clips.map(({ id }) => id);
  const change = (work: Parameters<typeof tellChange>[0]) => void tellChange(work).then((well) => well && done?.());
  const aside = clips.every(({ testSet }) => testSet);
  const films = clips.filter(({ kind }) => kind === 'film').map(({ id }) => id);
  return (
    <>
      <Menu.Sub>
        <Menu.Sub.Target>
          <Menu.Sub.Item>{t('board:otherClass')}</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown>
          <NameItems names={names?.classes ?? []} current={common(clips.map(({ classId }) => classId))} choose={(name) => change(call('labels:clips', ids, name))} />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
      <Menu.Sub>
        <Menu.Sub.Target>
          <Menu.Sub.Item>{t('board:otherBackground')}</Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown>
          <NameItems names={names?.backgrounds ?? []} current={common(clips.map(({ backgroundId }) => backgroundId))} choose={(name) => change(call('clips:setBackground', ids, name))} />
        </Menu.Sub.Dropdown>
      </Menu.Sub>
      <Menu.Item leftSection={<IconCrop size={16} />} onClick={() => openClipDialog('crop', ids)} data-testid="clip-crop">
        {t('board:crop.open')}
      </Menu.Item>
      <Menu.Item leftSection={<IconMovie size={16} />} disabled={films.length === 0} onClick={() => openClipDialog('sampling', films)} data-testid="clip-sampling">
        {t('board:sampling.open')}
      </Menu.Item>
      <Menu.Item leftSection={aside ? <IconFlaskOff size={16} /> : <IconFlask size={16} />} onClick={() => change(call('clips:setAside', ids, !aside))} data-testid="clip-aside">
        {t(aside ? 'board:giveBack' : 'board:setAside')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item color="var(--g-bad)" leftSection={<IconTrash size={16} />} onClick={() => change(call('clips:remove', ids))} data-testid="clip-remove">
        {t('board:remove')}
      </Menu.Item>
    </>
  );
}
