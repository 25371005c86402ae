import { Input, NumberInput, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AppInfo, Preferences } from '../../../electron/ipc/contract';
import { KeySettings } from '../keys/KeySettings';
import { Card } from '../ui/Card';
import { Facts } from '../ui/Facts';
import { PlacePage } from '../ui/PlacePage';
import { useStudio } from '../ui/queries';
import { setPreferences, usePreferences } from './preferences';

function Look() {
  const { t } = useTranslation();
  const { language, theme } = usePreferences();
  return (
    <Card title={t('settings:look')}>
      <Stack gap="md">
        <Input.Wrapper label={t('settings:language')}>
          <div>
            <SegmentedControl
              value={language}
              onChange={(value) => void setPreferences({ language: value as Preferences['language'] })}
              data={[
                { value: 'system', label: t('settings:system') },
                { value: 'en', label: 'English' },
                { value: 'ru', label: 'Русский' },
              ]}
              data-testid="settings-language"
            />
          </div>
        </Input.Wrapper>
        <Input.Wrapper label={t('settings:theme')}>
          <div>
            <SegmentedControl
              value={theme}
              onChange={(value) => void setPreferences({ theme: value as Preferences['theme'] })}
              data={[
                { value: 'system', label: t('settings:system') },
                { value: 'light', label: t('settings:light') },
                { value: 'dark', label: t('settings:dark') },
                { value: 'contrast', label: t('settings:contrast') },
              ]}
              data-testid="settings-theme"
            />
          </div>
        </Input.Wrapper>
      </Stack>
    </Card>
  );
}

function Work() {
  const { t } = useTranslation();
  const { threads, copyFilms } = usePreferences();
  return (
    <Card title={t('settings:work')}>
      <Stack gap="md">
        <NumberInput w={280} label={t('settings:threads')} description={t('settings:threadsHelp')} min={0} max={256} allowDecimal={false} value={threads} onChange={(value) => typeof value === 'number' && value >= 0 && value <= 256 && void setPreferences({ threads: value })} data-testid="settings-threads" />
        <Switch label={t('settings:copyFilms')} description={t('settings:copyFilmsHelp')} checked={copyFilms} onChange={(event) => void setPreferences({ copyFilms: event.currentTarget.checked })} data-testid="settings-copy" />
      </Stack>
    </Card>
  );
}

function About() {
  const { t } = useTranslation();
  const info = useStudio('app:info').data as AppInfo;
  return (
    <Card title={t('settings:about')}>
      <Text mb="sm">{t('settings:private')}</Text>
      <div data-selectable>
        <Facts rows={[['Graft', info.version], [t('settings:platform'), info.platform], ...info.engines.map(({ name, version }) => [name, version] as const)]} />
      </div>
    </Card>
  );
}

/** Language, look and how much of the machine may be used. */
export function SettingsPlace() {
  const { t } = useTranslation();
  return (
    <PlacePage title={t('common:places.settings')} scrolls>
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 16, alignItems: 'flex-start', maxWidth: 1140 }}>
        {[Look, Work, About].map((Part, index) => (
          // As wide as its longest words need, in any language; where three do not fit, they go on below.
          <div key={index} style={{ flex: '1 1 300px', minWidth: 'min-content' }}>
            <Part />
          </div>
        ))}
        <div style={{ flex: '1 1 100%', minWidth: 0 }}>
          <KeySettings />
        </div>
      </div>
    </PlacePage>
  );
}
