import { Button, Group, Slider, Stack, Text, Tooltip } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Calibration } from '../../../electron/core/confidence';
import type { ConfidenceView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { Card } from '../ui/Card';
import { useFormat } from '../ui/format';
import { forgetTouched, useStudioWhen } from '../ui/queries';
import { attempt } from '../ui/tell';
import classes from './Results.module.css';

/** How sure the model was (columns) and how often it was right (filled part); a dash marks how often it should have been. */
function CalibrationChart({ calibration }: { readonly calibration: Calibration }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={classes.calibration} role="img" aria-label={t('results:calibrationOf', { error: format.percent(calibration.error) })} data-testid="calibration">
      {calibration.bins.map(({ from, to, frames, meanScore, accuracy }) => (
        <Tooltip key={from} label={frames === 0 ? t('results:binEmpty', { from: format.percent(from, 0), to: format.percent(to, 0) }) : t('results:bin', { from: format.percent(from, 0), to: format.percent(to, 0), accuracy: format.percent(accuracy), count: frames })}>
          <div className={classes.bin} data-empty={frames === 0 || undefined}>
            <div className={classes.binTrack}>
              <span className={classes.binFill} style={{ height: `${(accuracy ?? 0) * 100}%` }} />
              {meanScore !== null && <span className={classes.binMark} style={{ bottom: `${meanScore * 100}%` }} />}
            </div>
            <small className="numbers">{format.percent(to, 0)}</small>
          </div>
        </Tooltip>
      ))}
    </div>
  );
}

function Threshold({ modelId, confidence }: { readonly modelId: string; readonly confidence: ConfidenceView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [moving, setMoving] = useState<number | null>(null);
  const at = moving ?? Math.round((confidence.threshold ?? 0) * 100);
  const cost = confidence.costs[at];
  const save = async (threshold: number | null) => {
    await attempt(call('models:setThreshold', modelId, threshold));
    setMoving(null);
    forgetTouched('models');
  };
  return (
    <Stack gap={8}>
      <Group justify="space-between">
        <Text fw={600} size="sm">
          {t('results:threshold')}
        </Text>
        <Text size="sm" className="numbers" data-testid="threshold-value">
          {at === 0 ? t('results:always') : format.percent(at / 100, 0)}
        </Text>
      </Group>
      <Slider min={0} max={99} value={at} label={null} thumbLabel={t('results:threshold')} onChange={setMoving} onChangeEnd={(next) => void save(next === 0 ? null : next / 100)} data-testid="threshold" />
      <Text size="xs" c="dimmed" className="numbers" data-testid="threshold-cost">
        {at === 0 || !cost
          ? t('results:thresholdHelp')
          : t('results:cost', { lost: format.number(cost.rightLost), right: format.number(cost.right), caught: format.number(cost.wrongCaught), wrong: format.number(cost.wrong) })}
      </Text>
      <Group gap="xs">
        {confidence.proposed !== null && confidence.proposed !== confidence.threshold && (
          <Button size="compact-sm" variant="light" onClick={() => void save(confidence.proposed)} data-testid="threshold-proposed">
            {t('results:takeProposed', { threshold: format.percent(confidence.proposed, 0) })}
          </Button>
        )}
        {confidence.threshold !== null && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => void save(null)}>
            {t('results:noThreshold')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

/** How far the scores of a model can be trusted, and below which of them it had better say "unknown". */
export function ConfidenceCard({ modelId }: { readonly modelId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const confidence = useStudioWhen({ enabled: true, keep: true }, 'models:confidence', modelId).data;
  if (!confidence || confidence.frames === 0) return null;
  return (
    <Card title={t('results:confidence')} aside={<Text c="dimmed" className="numbers">{t('results:calibrationError', { error: format.percent(confidence.calibration.error) })}</Text>} data-testid="confidence">
      <div className={classes.confidence}>
        <div>
          <Text size="xs" c="dimmed" mb={8}>
            {t('results:calibrationHelp')}
          </Text>
          <CalibrationChart calibration={confidence.calibration} />
        </div>
        <Threshold modelId={modelId} confidence={confidence} />
      </div>
    </Card>
  );
}
