import { Alert, Button, Checkbox, Collapse, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconChevronDown, IconChevronRight, IconInfoCircle, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NextRound } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { Card } from '../ui/Card';
import { useFormat } from '../ui/format';
import { go, refine } from '../ui/place';
import { forgetTouched, useStudio, useStudioWhen } from '../ui/queries';
import { say } from '../ui/sentences';
import { attempt } from '../ui/tell';
import { AdvancedSettings } from './AdvancedSettings';
import classes from './Settings.module.css';
import { EpochTime } from './EpochTime';
import { MisfitNotice } from './MisfitNotice';
import { useRoundForm } from './draft';
import { misfitOf, startModelOf, wishOf, withStart, type RoundForm } from './wish';

function Backgrounds({ next, form, change }: { readonly next: NextRound; readonly form: RoundForm; readonly change: (part: Partial<RoundForm>) => void }) {
  const { t } = useTranslation();
  if (next.available.length < 2) return null;
  return (
    <Checkbox.Group label={t('ladder:whichBackgrounds')} value={[...form.backgrounds]} onChange={(backgrounds) => change({ backgrounds })}>
      <Group gap="md" mt={6}>
        {next.available.map(({ name, clips }) => (
          <Checkbox key={name} size="sm" value={name} label={`${name} (${t('common:clips', { count: clips })})`} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Sentence({ next, form }: { readonly next: NextRound; readonly form: RoundForm }) {
  const { t } = useTranslation();
  const format = useFormat();
  const clips = next.available.filter(({ name }) => form.backgrounds.includes(name)).reduce((sum, entry) => sum + entry.clips, 0);
  const counted = next.available.length > 0 ? clips : next.newClips;
  const names = next.available.length > 0 ? form.backgrounds : next.backgrounds;
  return (
    <Stack gap={6}>
      <Text size="md" fw={550}>
        {counted > 0 ? t('ladder:sentence', { clips: t('ladder:newClips', { count: counted }), backgrounds: names.length > 0 ? t('ladder:onBackgrounds', { count: names.length, names: format.list(names) }) : '' }).trim() : t('ladder:again')}
      </Text>
      <Text c="dimmed" className="numbers">
        {t(next.number === 1 ? 'ladder:splitFirst' : 'ladder:splitSentence', { train: t('common:frames', { count: next.train }), validation: t('common:frames', { count: next.validation }) })} {t('ladder:classes', { count: next.classNames.length, names: format.list(next.classNames) })}
      </Text>
    </Stack>
  );
}

function Notices({ next }: { readonly next: NextRound }) {
  const { t } = useTranslation();
  if (next.obstacle) {
    return (
      <Alert color="resin" icon={<IconAlertTriangle size={18} aria-hidden />} data-testid="round-obstacle">
        {say(t, next.obstacle)}
      </Alert>
    );
  }
  if (!next.reason) return null;
  return (
    <Alert color="gray" icon={<IconInfoCircle size={18} aria-hidden />} data-testid="round-optimistic">
      {say(t, next.reason)}
    </Alert>
  );
}

function useStart(next: NextRound, form: RoundForm) {
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    refine({});
    const round = await attempt(call('rounds:train', wishOf(form, next)));
    forgetTouched('rounds');
    if (round) refine({ show: String(round.number) });
    setBusy(false);
  };
  return { busy, start };
}

/** The next step: what it will be made of, and the button that starts it. */
export function NextRoundCard({ next, from, running }: { readonly next: NextRound; readonly from: string | null; readonly running: boolean }) {
  const { t } = useTranslation();
  const models = useStudio('models:list').data ?? [];
  const [form, setForm] = useRoundForm(next, from);
  const [open, setOpen] = useState(false);
  const { busy, start: begin } = useStart(next, form);
  const change = (part: Partial<RoundForm>) => setForm({ ...form, ...part });
  const start = startModelOf(form, next);
  const model = models.find(({ id }) => id === start) ?? null;
  const own = useStudioWhen({ enabled: start !== null, quiet: true }, 'models:summary', start ?? '').data?.architecture ?? null;
  const saved = useStudio('architectures:list').data ?? [];
  const misfit = misfitOf(form, next, model, own, saved);
  const nothingChosen = next.available.length > 0 && form.backgrounds.length === 0;
  return (
    <Card title={t('ladder:next', { number: next.number })} data-testid="next-round">
      <Stack gap="md">
        <Sentence next={next} form={form} />
        <Text>{model ? t('ladder:startsFrom', { model: model.name }) : t('ladder:startsFresh')}</Text>
        <Backgrounds next={next} form={form} change={change} />
        <Notices next={next} />
        {misfit && model && <MisfitNotice misfit={misfit} model={model} fresh={() => setForm({ ...form, from: 'none', network: form.network === 'model' ? withStart(form, 'none').network : form.network })} same={() => change({ network: 'model' })} />}
        <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} c="dimmed" fz="sm" style={{ display: 'flex', gap: 6, alignItems: 'center' }} data-testid="round-advanced">
          {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
          {t('ladder:advanced')}
        </UnstyledButton>
        <Collapse expanded={open} keepMounted={false}>
          <AdvancedSettings next={next} models={models} form={form} change={change} own={start === null ? null : own} />
        </Collapse>
        <Group gap="sm" className={open ? classes.actions : undefined}>
          <Button size="md" leftSection={<IconPlayerPlay size={18} aria-hidden />} loading={busy && !running} disabled={next.obstacle !== null || running || nothingChosen || misfit !== null} onClick={() => void begin()} data-testid="round-start">
            {t('ladder:start', { number: next.number })}
          </Button>
          <EpochTime next={next} form={form} disabled={next.obstacle !== null || running || nothingChosen || misfit !== null} />
          {next.newClips === 0 && (
            <Button variant="subtle" onClick={() => go('board')}>
              {t('ladder:filmMore')}
            </Button>
          )}
          {running && <Text c="dimmed">{t('ladder:oneAtATime')}</Text>}
        </Group>
      </Stack>
    </Card>
  );
}
