import { Alert, Button, Group, Text } from '@mantine/core';
import { IconUnlink } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../studio';
import { MiddleCut } from '../ui/MiddleCut';
import { forgetTouched, useStudio } from '../ui/queries';
import { attempt, tell } from '../ui/tell';

const named = 3;

/** Says which linked films are gone, and finds them again; nothing while none is. */
export function MissingFilms() {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const missing = useStudio('clips:missing').data ?? [];
  if (missing.length === 0) return null;
  const find = async () => {
    setBusy(true);
    const answer = await attempt(call('clips:find'));
    setBusy(false);
    if (!answer) return;
    forgetTouched('clips');
    tell(t('board:missing.found', answer));
  };
  return (
    <Alert mx={24} mb={12} color="resin" icon={<IconUnlink size={18} aria-hidden />} title={t('board:missing.title', { count: missing.length })} data-testid="missing-films">
      <Group justify="space-between" align="flex-end" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          {missing.slice(0, named).map(({ id, file }) => (
            <Text key={id} size="xs" title={file}>
              <MiddleCut text={file} tail={30} />
            </Text>
          ))}
          {missing.length > named && (
            <Text size="xs" c="dimmed">
              {t('board:missing.more', { count: missing.length - named })}
            </Text>
          )}
          <Text size="xs" mt={4}>
            {t('board:missing.text')}
          </Text>
        </div>
        <Button variant="default" loading={busy} onClick={() => void find()} style={{ flex: 'none' }} data-testid="missing-find">
          {t('board:missing.find')}
        </Button>
      </Group>
    </Alert>
  );
}
