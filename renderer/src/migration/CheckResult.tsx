import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { trailReason } from '../../../electron/core/migration/report';
import type { MigrationCheck, MigrationPlan } from '../../../electron/core/migrations';
import { Bar } from '../ui/Bar';
import { Facts } from '../ui/Facts';
import { useFormat } from '../ui/format';
import { FrameImage } from '../ui/FrameImage';
import { say } from '../ui/sentences';
import classes from './Migration.module.css';

function Verdict({ check }: { readonly check: MigrationCheck }) {
  const { t } = useTranslation();
  const format = useFormat();
  const good = check.passed;
  const key = !good ? 'failed' : check.grade;
  return (
    <Alert color={!good ? 'clay' : check.grade === 'exact' ? 'moss' : 'resin'} icon={good ? <IconCircleCheck size={20} aria-hidden /> : <IconAlertTriangle size={20} aria-hidden />} data-testid="migrate-verdict" data-passed={good}>
      {t(`migrate:verdict.${key}`, { frames: t('common:frames', { count: check.frames }), same: format.percent(check.sameAnswers), difference: format.tiny(check.maxLogitDifference) })}
    </Alert>
  );
}

const ways = ['before', 'after', 'naive'] as const;

function Accuracies({ check }: { readonly check: MigrationCheck }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = [...check.perBackground, { background: t('migrate:allBackgrounds'), frames: check.frames, before: check.accuracyBefore, after: check.accuracyAfter, naive: check.accuracyNaive }];
  return (
    <table className={classes.accuracies}>
      <thead>
        <tr>
          <th scope="col">{t('common:background')}</th>
          {ways.map((way) => (
            <th key={way} scope="col">
              {t(`migrate:way.${way}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.background}>
            <th scope="row">
              {row.background} <small>{format.number(row.frames)}</small>
            </th>
            {ways.map((way) => (
              <td key={way}>
                <Bar value={row[way]} label={format.percent(row[way])} tone={way === 'after' ? 'good' : way === 'naive' ? 'warn' : 'quiet'} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Answers({ scores, names }: { readonly scores: readonly number[]; readonly names: readonly string[] }) {
  const format = useFormat();
  const top = scores.map((score, index) => ({ score, name: names[index] ?? '?' })).toSorted((a, b) => b.score - a.score).slice(0, 2);
  return top.map(({ score, name }) => (
    <span key={name}>
      {name} {format.percent(score)}
    </span>
  ));
}

function WorstFrames({ check, plan }: { readonly check: MigrationCheck; readonly plan: MigrationPlan }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (check.worstFrames.length === 0) return null;
  return (
    <div>
      <Text fw={600} mb={6}>
        {t('migrate:worst')}
      </Text>
      <div className={classes.worst}>
        {check.worstFrames.map((frame) => (
          <figure key={frame.frameId}>
            <div>
              <FrameImage id={frame.frameId} alt={t('grid:frame', { id: frame.frameId })} />
            </div>
            <figcaption>
              <small>{t('migrate:way.before')}</small>
              <Answers scores={frame.before} names={plan.source.classNames} />
              <small>{t('migrate:way.after')}</small>
              <Answers scores={frame.after} names={plan.target.classNames} />
              <small>{t('migrate:differs', { difference: format.tiny(frame.difference) })}</small>
            </figcaption>
          </figure>
        ))}
      </div>
    </div>
  );
}

/** What running both models on the same frames showed. */
export function CheckResult({ check, plan }: { readonly check: MigrationCheck; readonly plan: MigrationPlan }) {
  const { t } = useTranslation();
  const format = useFormat();
  const begins = trailReason(check);
  return (
    <Stack gap="md">
      <Verdict check={check} />
      <Facts
        rows={[
          [t('migrate:fact.frames'), format.number(check.frames)],
          [t('migrate:fact.same'), format.percent(check.sameAnswers)],
          check.sameAnswersOverall === check.sameAnswers ? null : [t('migrate:fact.sameOverall'), format.percent(check.sameAnswersOverall)],
          [t('migrate:fact.logit'), t('migrate:fact.logitOf', { difference: format.tiny(check.maxLogitDifference), largest: format.decimal(check.maxLogit, 1) })],
          [t('migrate:fact.probability'), format.tiny(check.maxProbabilityDifference)],
          ...(check.keptEnergy ?? []).map((entry) => [t('migrate:fact.keptEnergy', { layer: entry.layer }), format.percent(entry.kept, 0)] as const),
          ...(check.newClasses ?? []).map((entry) => [t('migrate:fact.newClass', { name: entry.name }), t('migrate:fact.recall', { recall: format.percent(entry.recall), tested: t('common:frames', { count: entry.tested }) })] as const),
        ]}
      />
      {begins && <Text data-testid="migrate-trail">{say(t, begins)}</Text>}
      <Accuracies check={check} />
      <WorstFrames check={check} plan={plan} />
    </Stack>
  );
}
