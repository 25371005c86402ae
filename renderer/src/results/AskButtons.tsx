import { Button } from '@mantine/core';
import { IconFlame, IconTags } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../studio';
import { go } from '../ui/place';
import { forgetTouched } from '../ui/queries';
import { attempt } from '../ui/tell';

/** Asks a model about all frames and shows the hardest ones, or the labels that it suggests. */
export function AskButtons({ modelId }: { readonly modelId: string }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState<'hardest' | 'suggested' | null>(null);
  const ask = async (kind: 'hardest' | 'suggested') => {
    setBusy(kind);
    const asked = await attempt(call('models:askAll', modelId));
    setBusy(null);
    if (asked === undefined) return;
    forgetTouched('models');
    go('frames', { ask: `${kind}:${modelId}` });
  };
  return (
    <>
      <Button variant="default" leftSection={<IconFlame size={16} aria-hidden />} loading={busy === 'hardest'} disabled={busy !== null} onClick={() => void ask('hardest')} data-testid="ask-hardest">
        {t('results:hardest')}
      </Button>
      <Button variant="default" leftSection={<IconTags size={16} aria-hidden />} loading={busy === 'suggested'} disabled={busy !== null} onClick={() => void ask('suggested')} data-testid="ask-suggested">
        {t('results:suggest')}
      </Button>
    </>
  );
}
