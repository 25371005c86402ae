import { Alert, Button, Group, Loader, Text, Tooltip } from '@mantine/core';
import { IconArrowsExchange, IconInfoCircle, IconPhotoScan, IconZoomExclamation } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { EvaluationView } from '../../../electron/ipc/contract';
import { AskButtons } from '../results/AskButtons';
import { ConfidenceCard } from '../results/ConfidenceCard';
import { Bar } from '../ui/Bar';
import { Card } from '../ui/Card';
import { useFormat } from '../ui/format';
import { go } from '../ui/place';
import { useStudio } from '../ui/queries';
import { say, type Sentence } from '../ui/sentences';
import { ConfusionMatrix } from './ConfusionMatrix';
import classes from './Rounds.module.css';

/** Characters of the longest text. */
const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));

function PerClass({ evaluation }: { readonly evaluation: EvaluationView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = evaluation.perClass.map((row) => `${format.percent(row.recall)} · ${t('ladder:ofFrames', { correct: format.number(row.correct), count: row.frames })}`);
  return (
    <table className={classes.bars}>
      <thead>
        <tr>
          <th scope="col">{t('common:class')}</th>
          <th scope="col">{t('ladder:recall')}</th>
          <th scope="col" className={classes.right}>
            {t('ladder:precision')}
          </th>
        </tr>
      </thead>
      <tbody>
        {evaluation.perClass.map((row, index) => (
          <tr key={row.class}>
            <th scope="row">{row.class}</th>
            <td>
              <Bar value={row.recall} label={labels[index] as string} room={longest(labels)} />
            </td>
            <td className={classes.right}>{format.percent(row.precision)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function PerBackground({ evaluation }: { readonly evaluation: EvaluationView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = evaluation.perBackground.map((row) => `${format.percent(row.accuracy)} · ${t('common:frames', { count: row.frames })}`);
  return (
    <table className={classes.bars}>
      <tbody>
        {evaluation.perBackground.map((row, index) => (
          <tr key={row.background}>
            <th scope="row">{row.background}</th>
            <td>
              <Bar value={row.accuracy} label={labels[index] as string} room={longest(labels)} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Observations({ sentences }: { readonly sentences: readonly Sentence[] }) {
  const { t } = useTranslation();
  if (sentences.length === 0) return null;
  return (
    <Alert color="gray" mb="md" icon={<IconInfoCircle size={18} aria-hidden />} data-testid="round-observations">
      {sentences.map((sentence) => (
        <Text key={`${sentence.key}${JSON.stringify(sentence.params)}`}>{say(t, sentence)}</Text>
      ))}
    </Alert>
  );
}

/** How good the model of a round is, and where it errs. */
export function RoundResults({ modelId, round }: { readonly modelId: string; readonly round: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const evaluation = useStudio('models:evaluate', modelId).data;
  if (!evaluation) {
    return (
      <Card>
        <Group gap="sm">
          <Loader size="sm" />
          <Text c="dimmed">{t('ladder:evaluating')}</Text>
        </Group>
      </Card>
    );
  }
  const wrong = evaluation.frames - evaluation.perClass.reduce((sum, { correct }) => sum + correct, 0);
  return (
    <div className={classes.results} data-testid="round-results">
      <Card title={round === null ? t('ladder:results') : t('ladder:resultsOf', { number: round })} aside={<Text c="dimmed" className="numbers">{t('ladder:onValidation', { count: evaluation.frames })}</Text>}>
        <Group gap="xl" align="flex-end" mb="md">
          <div className={classes.number}>
            <strong style={{ fontSize: 30 }}>{format.percent(evaluation.accuracy)}</strong>
            <small>{t('common:accuracy')}</small>
            {evaluation.interval && (
              <Tooltip label={t('ladder:intervalHelp')} multiline w={280}>
                <small tabIndex={0} className="numbers" data-testid="round-interval">
                  {t('ladder:interval', { low: format.percent(evaluation.interval.low), high: format.percent(evaluation.interval.high) })}
                </small>
              </Tooltip>
            )}
          </div>
          <Group gap="xs">
            <Button variant="default" leftSection={<IconZoomExclamation size={16} aria-hidden />} disabled={wrong === 0} onClick={() => go('frames', { wrong: modelId })} data-testid="round-wrong">
              {t('ladder:wrongFrames', { count: wrong })}
            </Button>
            <AskButtons modelId={modelId} />
            <Button variant="default" leftSection={<IconPhotoScan size={16} aria-hidden />} onClick={() => go('try', { model: modelId })}>
              {t('common:places.try')}
            </Button>
            <Button variant="default" leftSection={<IconArrowsExchange size={16} aria-hidden />} onClick={() => go('migrate', { model: modelId })}>
              {t('common:places.migrate')}
            </Button>
          </Group>
        </Group>
        <Observations sentences={evaluation.observations} />
        <ConfusionMatrix evaluation={evaluation} modelId={modelId} />
      </Card>
      <ConfidenceCard modelId={modelId} />
      <Card title={t('ladder:perClass')}>
        <PerClass evaluation={evaluation} />
      </Card>
      <Card title={t('ladder:perBackground')}>
        <PerBackground evaluation={evaluation} />
      </Card>
    </div>
  );
}
