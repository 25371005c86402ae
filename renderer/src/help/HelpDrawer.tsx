import { Button, Drawer, Text, Title } from '@mantine/core';
import { IconRoute } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { commandName } from '../keys/KeySettings';
import { keysOf } from '../keys/registry';
import { keyName } from '../keys/useKeys';
import { usePreferences } from '../settings/preferences';
import { showAround } from '../tour/tour';
import { usePlace } from '../ui/place';
import { useStudio } from '../ui/queries';
import { commandsOf, pictureOf, topicOf, useHelp, type HelpTopic } from './help';
import classes from './Help.module.css';

type Tasks = Readonly<Record<string, { readonly title: string; readonly text: string }>>;

function KeyList({ topic }: { readonly topic: HelpTopic }) {
  const { t } = useTranslation();
  const chosen = usePreferences().keys;
  return (
    <dl className={classes.keys}>
      {commandsOf(topic)
        .map((command) => ({ command, keys: keysOf(command.id, chosen) }))
        .filter(({ keys }) => keys.length > 0)
        .map(({ command, keys }) => (
          <div key={command.id}>
            <dt>{commandName(t, command)}</dt>
            <dd>
              {keys.map((combo) => (
                <kbd key={combo}>{keyName(combo)}</kbd>
              ))}
            </dd>
          </div>
        ))}
    </dl>
  );
}

function Page({ topic }: { readonly topic: HelpTopic }) {
  const { t, i18n } = useTranslation();
  const picture = pictureOf(topic, i18n.language);
  const tasks = t(`help:pages.${topic}.tasks`, { returnObjects: true }) as Tasks;
  return (
    <div className={classes.page} data-testid="help" data-topic={topic}>
      <Text size="md">{t(`help:pages.${topic}.about`)}</Text>
      <div>
        <Button variant="default" size="xs" leftSection={<IconRoute size={15} aria-hidden />} onClick={showAround} data-testid="help-tour">
          {t('tour:start')}
        </Button>
      </div>
      {picture !== undefined && <img className={classes.picture} src={picture} alt={t('help:picture')} />}
      <section>
        <Title order={2}>{t('help:how')}</Title>
        {Object.entries(tasks).map(([id, { title, text }]) => (
          <div key={id} className={classes.task}>
            <h3>{title}</h3>
            <Text>{text}</Text>
          </div>
        ))}
      </section>
      <section>
        <Title order={2}>{t('help:keys')}</Title>
        <KeyList topic={topic} />
        <Text c="dimmed" size="xs" mt="sm">
          {t('help:changeKeys')}
        </Text>
      </section>
    </div>
  );
}

/** The page of help of the place where the user is, beside it; it works without a network. */
export function HelpDrawer() {
  const { t } = useTranslation();
  const { opened } = useHelp();
  const where = usePlace();
  const open = useStudio('projects:current').data != null;
  const topic = topicOf(where, open);
  const title = topic === 'start' ? t('help:start') : topic === 'timeline' ? t('help:timeline') : t(`common:places.${topic}`);
  return (
    <Drawer
      opened={opened}
      onClose={() => useHelp.setState({ opened: false })}
      position="right"
      size={440}
      overlayProps={{ backgroundOpacity: 0.15 }}
      title={<Text fw={620} size="lg">{t('help:title', { place: title })}</Text>}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <Page topic={topic} />
    </Drawer>
  );
}
