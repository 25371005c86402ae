import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconFlipVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { judgeMirror, type MirrorTest } from '../../../electron/core/mirrorTest';
import type { TrainingConfig } from '../../../electron/core/training';
import type { NextRound } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { useFormat } from '../ui/format';
import { queries, useStudio } from '../ui/queries';
import { attempt } from '../ui/tell';
import { withChange } from './augment';
import { wishOf, type RoundForm } from './wish';

interface Props {
  readonly next: NextRound;
  readonly form: RoundForm;
  readonly mirror: boolean | null;
  readonly setConfig: (config: TrainingConfig) => void;
}

function Tested({ test }: { readonly test: MirrorTest }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { epochs, frames, without, mirrored } = test;
  return (
    <Text size="sm" role="status" data-testid="mirror-result">
      {t('augment:tested', { without: format.percent(without), mirrored: format.percent(mirrored), epochs, frames: t('ladder:onValidation', { count: frames }) })} {t(`augment:verdict.${judgeMirror(test)}`)}
    </Text>
  );
}

/** Asked once in a project: a mirrored picture may show something else. The answer can be taken back. */
export function MirrorQuestion({ next, form, mirror, setConfig }: Props) {
  const { t } = useTranslation();
  const [test, setTest] = useState<MirrorTest | null>(null);
  const [busy, setBusy] = useState(false);
  const training = useStudio('jobs:list').data?.some(({ kind, state }) => kind === 'train' && state === 'running') ?? false;
  const answer = async (allowed: boolean | null): Promise<void> => {
    const kept = await attempt(call('rounds:setMirror', allowed).then(() => true));
    if (!kept) return;
    queries.setQueryData(['rounds:mirror'], allowed);
    setConfig(withChange(form.config, 'flip', allowed === true));
  };
  const compare = async (): Promise<void> => {
    setBusy(true);
    const result = await attempt(call('rounds:testMirror', wishOf(form, next)));
    if (result) setTest(result);
    setBusy(false);
  };
  if (mirror !== null) {
    return (
      <Group gap="xs" data-testid="mirror-answer" data-mirror={mirror}>
        <Text size="sm">{t(mirror ? 'augment:mirrorYes' : 'augment:mirrorNo')}</Text>
        <Button size="compact-xs" variant="subtle" onClick={() => void answer(null)} data-testid="mirror-again">
          {t('augment:askAgain')}
        </Button>
      </Group>
    );
  }
  return (
    <Alert color="resin" icon={<IconFlipVertical size={18} aria-hidden />} title={t('augment:mayMirror')} data-testid="mirror-question">
      <Stack gap="sm">
        <Text>{t('augment:mayMirrorWhy')}</Text>
        {test && <Tested test={test} />}
        <Group gap="xs">
          <Button variant="default" onClick={() => void answer(true)} data-testid="mirror-yes">
            {t('augment:yesMirror')}
          </Button>
          <Button variant="default" onClick={() => void answer(false)} data-testid="mirror-no">
            {t('augment:noMirror')}
          </Button>
          <Button variant="subtle" loading={busy} disabled={training && !busy} onClick={() => void compare()} data-testid="mirror-test">
            {t('augment:testIt')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
