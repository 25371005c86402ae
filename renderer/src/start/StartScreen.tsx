import { Button, Group, Loader, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconFolderOpen, IconMovie, IconPackageImport, IconPlus, IconSeedling } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView, RecentProject } from '../../../electron/ipc/contract';
import { JobTray } from '../shell/JobTray';
import { TourOffer } from '../tour/TourOffer';
import { useFormat } from '../ui/format';
import icon from '../ui/icon.svg';
import { MiddleCut } from '../ui/MiddleCut';
import { useStudio } from '../ui/queries';
import { chooseCopy, chooseProject, newProject, openProject, openSample } from './projects';
import classes from './StartScreen.module.css';

function Choice(props: { readonly icon: ReactNode; readonly title: string; readonly text: string; readonly busy: boolean; readonly testId: string; readonly onClick: () => void }) {
  return (
    <UnstyledButton className={classes.choice} onClick={props.onClick} disabled={props.busy} data-testid={props.testId}>
      <span className={classes.choiceIcon} aria-hidden>
        {props.busy ? <Loader size={20} /> : props.icon}
      </span>
      <span>
        <Text fw={600}>{props.title}</Text>
        <Text c="dimmed" size="xs">
          {props.text}
        </Text>
      </span>
    </UnstyledButton>
  );
}

function Recent({ project }: { readonly project: RecentProject }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <UnstyledButton className={classes.recent} onClick={() => void openProject(project.folder)} disabled={project.missing} data-testid="start-recent">
      <span className={classes.recentHead}>
        <Text fw={600} component="span" miw={0}>
          <MiddleCut text={project.name} />
        </Text>
        <Text c="dimmed" size="xs" className="numbers" component="span" flex="none">
          {format.date(project.openedAt)}
        </Text>
      </span>
      <Text c="dimmed" size="xs" component="span">
        {project.missing ? (
          t('start:missing')
        ) : (
          <>
            <span className="numbers">{t('common:frames', { count: project.frames })}</span>
            {project.classes.length > 0 && ` · ${project.classes.slice(0, 6).join(', ')}${project.classes.length > 6 ? ' …' : ''}`}
          </>
        )}
      </Text>
      <Text c="dimmed" size="xs" component="span">
        <MiddleCut text={project.folder} tail={24} />
      </Text>
    </UnstyledButton>
  );
}

function RecentList() {
  const { t } = useTranslation();
  const recent = useStudio('projects:recent');
  return (
    <div className={classes.right}>
      <Title order={2}>{t('start:recent')}</Title>
      {recent.data?.length === 0 && <Text c="dimmed">{t('start:noRecent')}</Text>}
      <div className={classes.recents}>
        {recent.data?.map((project) => (
          <Recent key={project.folder} project={project} />
        ))}
      </div>
      <TourOffer />
    </div>
  );
}

/** What is seen while no project is open. */
export function StartScreen() {
  const { t } = useTranslation();
  const [busy, setBusy] = useState<string | null>(null);
  const run = (name: string, work: () => Promise<ProjectView | null>) => async () => {
    setBusy(name);
    await work();
    setBusy(null);
  };
  return (
    <main className={classes.screen}>
      <div className={classes.sheet}>
        <div className={classes.left}>
          <Group gap="md" wrap="nowrap">
            <img src={icon} alt="" width={56} height={56} />
            <div>
              <Title order={1}>Graft</Title>
              <Text c="dimmed">{t('start:claim')}</Text>
            </div>
          </Group>
          <Stack gap={8}>
            <Choice icon={<IconPlus size={20} />} title={t('start:new')} text={t('start:newText')} busy={busy === 'new'} testId="start-new" onClick={run('new', newProject)} />
            <Choice icon={<IconFolderOpen size={20} />} title={t('start:open')} text={t('start:openText')} busy={busy === 'open'} testId="start-open" onClick={run('open', chooseProject)} />
            <Choice icon={<IconPackageImport size={20} />} title={t('start:openCopy')} text={t('start:openCopyText')} busy={busy === 'copy'} testId="start-open-copy" onClick={run('copy', chooseCopy)} />
            <Choice icon={<IconSeedling size={20} />} title={t('start:sample')} text={t('start:sampleText')} busy={busy === 'sample'} testId="start-sample" onClick={run('sample', openSample)} />
          </Stack>
          <div className={classes.drop}>
            <IconMovie size={22} aria-hidden />
            <Text c="dimmed">{t('start:drop')}</Text>
          </div>
        </div>
        <RecentList />
      </div>
      <div className={classes.tray}>
        <JobTray quiet />
      </div>
    </main>
  );
}

/** The offer that every empty place makes. */
export function SampleButton() {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    await openSample();
    setBusy(false);
  };
  return (
    <Button variant="subtle" loading={busy} leftSection={<IconSeedling size={16} aria-hidden />} onClick={() => void start()} data-testid="empty-sample">
      {t('start:trySample')}
    </Button>
  );
}
