import { Alert, Button, Group, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconDeviceFloppy, IconLadder, IconPhotoScan } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MigrationWish, ModelView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { go } from '../ui/place';
import { forgetTouched } from '../ui/queries';
import { attempt } from '../ui/tell';
import { Step } from './Step';
import { proposeName, useDraft, wishKey } from './wish';

function Kept({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  return (
    <Alert color="moss" icon={<IconCircleCheck size={20} aria-hidden />} data-testid="migrate-kept">
      <Text mb="sm">{t('migrate:kept', { name: model.name })}</Text>
      <Group gap="xs">
        <Button leftSection={<IconLadder size={16} aria-hidden />} onClick={() => go('rounds', { show: 'next', from: model.id })} data-testid="migrate-train">
          {t('migrate:trainOn')}
        </Button>
        <Button variant="default" leftSection={<IconPhotoScan size={16} aria-hidden />} onClick={() => go('try', { model: model.id })}>
          {t('family:try')}
        </Button>
        <Button variant="default" onClick={() => go('models', { model: model.id })}>
          {t('migrate:show')}
        </Button>
      </Group>
    </Alert>
  );
}

/** Step 4: a name, and the new model is there; its parent is the old one. */
export function KeepStep({ wish, model }: { readonly wish: MigrationWish | null; readonly model: ModelView }) {
  const { t } = useTranslation();
  const draft = useDraft();
  const key = wishKey(wish);
  const [typed, setTyped] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const name = typed ?? proposeName(draft, model);
  const passed = draft.check?.key === key && draft.check.result.passed;
  const kept = wish !== null && draft.kept?.key === key ? draft.kept.model : null;
  const keep = async () => {
    if (!wish) return;
    setBusy(true);
    const made = await attempt(call('migrations:keep', wish, name.trim()));
    if (made) {
      useDraft.setState({ kept: { key, model: made } });
      setTyped(null);
      forgetTouched('models');
    }
    setBusy(false);
  };
  const failed = draft.check?.key === key && !draft.check.result.passed;
  return (
    <Step number={4} title={t('migrate:keep')} done={kept !== null} waits={passed || kept ? null : t(failed ? 'migrate:keepFailed' : 'migrate:keepWaits')} testId="migrate-keep-step" state={null}>
      {kept ? (
        <Kept model={kept} />
      ) : (
        <Group align="flex-end" gap="sm">
          <TextInput w={320} label={t('migrate:name')} value={name} maxLength={80} onChange={(event) => setTyped(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Enter' && void keep()} data-testid="migrate-name" />
          <Button loading={busy} disabled={name.trim() === ''} leftSection={<IconDeviceFloppy size={16} aria-hidden />} onClick={() => void keep()} data-testid="migrate-keep">
            {t('migrate:save')}
          </Button>
        </Group>
      )}
    </Step>
  );
}
