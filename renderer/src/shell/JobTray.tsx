import { ActionIcon, Popover, Progress, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconBan, IconCheck, IconHistory, IconLoader2, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../electron/core/jobs';
import { call } from '../studio';
import { useFormat } from '../ui/format';
import { useStudio } from '../ui/queries';
import { sayError } from '../ui/sentences';
import { attempt } from '../ui/tell';
import { deserializeError } from '../../../electron/core/errors';
import classes from './Shell.module.css';

function useTitle(job: Job): string {
  const { t } = useTranslation();
  const title = t(job.progress.title, { ...job.progress.params });
  return job.progress.description ? `${title} · ${job.progress.description}` : title;
}

function RunningJob({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  const title = useTitle(job);
  const { value, etaSeconds } = job.progress;
  return (
    <div className={classes.job} data-testid={`job-${job.kind}`}>
      <span className={classes.jobText} title={title}>
        {title}
      </span>
      <Progress className={classes.jobBar} value={(value ?? 1) * 100} animated={value === null} striped={value === null} size="sm" aria-label={title} />
      <span className={classes.jobNumbers}>
        {value === null ? '' : format.percent(value, 0)}
        {etaSeconds != null && ` · ${t('common:timeLeft', { time: format.duration(etaSeconds) })}`}
      </span>
      <Tooltip label={t('common:cancel')}>
        <ActionIcon size="sm" aria-label={t('common:cancelJob', { job: title })} onClick={() => void attempt(call('jobs:cancel', job.id))} data-testid={`job-cancel-${job.kind}`}>
          <IconX size={14} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

const stateIcons = { running: IconLoader2, done: IconCheck, failed: IconAlertTriangle, cancelled: IconBan } as const;

function EndedJob({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const title = useTitle(job);
  const StateIcon = stateIcons[job.state];
  return (
    <div style={{ display: 'flex', gap: 10, alignItems: 'flex-start' }}>
      <StateIcon size={16} aria-hidden style={{ flex: 'none', marginTop: 2, color: job.state === 'failed' ? 'var(--g-bad)' : 'var(--mantine-color-dimmed)' }} />
      <div style={{ minWidth: 0 }}>
        <Text>{title}</Text>
        <Text size="xs" c="dimmed">
          {job.error ? sayError(t, deserializeError(job.error)) : t(`common:jobState.${job.state}`)}
        </Text>
      </div>
    </div>
  );
}

function JobHistory({ jobs }: { readonly jobs: readonly Job[] }) {
  const { t } = useTranslation();
  return (
    <Popover position="top-end" width={380} shadow="md">
      <Popover.Target>
        <UnstyledButton ml="auto" c="dimmed" fz="xs" style={{ display: 'flex', gap: 6, alignItems: 'center' }} data-testid="job-history">
          <IconHistory size={15} aria-hidden />
          {t('common:jobHistory')}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown style={{ display: 'grid', gap: 10, maxHeight: 320, overflow: 'auto' }}>
        {jobs.length === 0 && <Text c="dimmed">{t('common:noJobs')}</Text>}
        {jobs.toReversed().map((job) => (
          <EndedJob key={job.id} job={job} />
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}

/** What runs, how far it is, how long still; always at the bottom edge (`quiet`: only while something runs). */
export function JobTray({ quiet = false }: { readonly quiet?: boolean }) {
  const { t } = useTranslation();
  const jobs = (useStudio('jobs:list').data ?? []).filter(({ kind }) => kind !== 'predict');
  const running = jobs.filter(({ state }) => state === 'running');
  if (quiet && running.length === 0) return null;
  return (
    <footer className={classes.tray} aria-label={t('common:jobTray')} data-testid="job-tray" data-running={running.length}>
      {running.length === 0 && (
        <Text size="xs" c="dimmed">
          {t('common:idle')}
        </Text>
      )}
      {running.slice(0, 3).map((job) => (
        <RunningJob key={job.id} job={job} />
      ))}
      <JobHistory jobs={jobs} />
    </footer>
  );
}
