import { ActionIcon, Group, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconArrowBackUp, IconArrowForwardUp, IconChevronDown, IconDoorExit, IconFileZip, IconFolderOpen, IconPackageImport, IconPlus, IconSearch, IconSeedling } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../electron/ipc/contract';
import { chooseCopy, chooseProject, closeProject, newProject, openSample, saveCopy } from '../start/projects';
import { useKeyName } from '../keys/useKeys';
import { MiddleCut } from '../ui/MiddleCut';
import { useStudio } from '../ui/queries';
import { say } from '../ui/sentences';
import { redo, undo } from '../ui/tell';
import classes from './Shell.module.css';

function ProjectMenu({ project }: { readonly project: ProjectView }) {
  const { t } = useTranslation();
  return (
    <Menu>
      <Menu.Target>
        <UnstyledButton className={classes.project} aria-label={t('common:projectMenu', { name: project.name })} data-testid="project-menu">
          <MiddleCut text={project.name} tail={10} />
          <IconChevronDown size={14} aria-hidden style={{ flex: 'none' }} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => void newProject()}>
          {t('start:new')}
        </Menu.Item>
        <Menu.Item leftSection={<IconFolderOpen size={16} />} onClick={() => void chooseProject()}>
          {t('start:open')}
        </Menu.Item>
        <Menu.Item leftSection={<IconSeedling size={16} />} onClick={() => void openSample()}>
          {t('start:sample')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconFileZip size={16} />} onClick={() => void saveCopy()} data-testid="project-save-copy">
          {t('start:saveCopy')}
        </Menu.Item>
        <Menu.Item leftSection={<IconPackageImport size={16} />} onClick={() => void chooseCopy()}>
          {t('start:openCopy')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconDoorExit size={16} />} onClick={() => void closeProject()} data-testid="project-close">
          {t('common:closeProject')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function History() {
  const { t } = useTranslation();
  const state = useStudio('labels:state').data;
  const keyName = useKeyName();
  const back = state?.undo ? t('common:undoThis', { sentence: say(t, state.undo) }) : t('labels:nothingToUndo');
  const forth = state?.redo ? t('common:redoThis', { sentence: say(t, state.redo) }) : t('labels:nothingToRedo');
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      <Tooltip label={`${back} (${keyName('edit.undo')})`}>
        <ActionIcon aria-label={back} data-disabled={!state?.undo || undefined} onClick={() => state?.undo && void undo()} data-testid="undo">
          <IconArrowBackUp size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${forth} (${keyName('edit.redo')})`}>
        <ActionIcon aria-label={forth} data-disabled={!state?.redo || undefined} onClick={() => state?.redo && void redo()} data-testid="redo">
          <IconArrowForwardUp size={18} />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}

/** Project, command palette, undo and redo. */
export function TopBar({ project }: { readonly project: ProjectView }) {
  const { t } = useTranslation();
  const keyName = useKeyName();
  return (
    <header className={classes.top}>
      <div style={{ minWidth: 0 }}>
        <ProjectMenu project={project} />
      </div>
      <UnstyledButton className={classes.search} onClick={spotlight.open} data-testid="palette-open">
        <IconSearch size={15} aria-hidden />
        {t('common:palette.button')}
        <kbd>{keyName('palette')}</kbd>
      </UnstyledButton>
      <History />
    </header>
  );
}
