import { Button, Group, Text } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setPreferences, usePreferences } from '../settings/preferences';
import { tourSample } from './tour';
import classes from './Tour.module.css';

/** The offer of the tour on the start screen, until it was taken or declined. */
export function TourOffer() {
  const { t } = useTranslation();
  const { tourSeen } = usePreferences();
  const [busy, setBusy] = useState(false);
  if (tourSeen) return null;
  const begin = async () => {
    setBusy(true);
    await tourSample();
    setBusy(false);
  };
  return (
    <section className={classes.offer} aria-label={t('tour:name')} data-testid="tour-offer">
      <Text>{t('tour:offer')}</Text>
      <Group gap="xs">
        <Button size="xs" variant="light" loading={busy} leftSection={<IconRoute size={15} aria-hidden />} onClick={() => void begin()} data-testid="tour-start">
          {t('tour:start')}
        </Button>
        <Button size="xs" variant="subtle" color="gray" onClick={() => void setPreferences({ tourSeen: true })} data-testid="tour-decline">
          {t('tour:decline')}
        </Button>
      </Group>
    </section>
  );
}
