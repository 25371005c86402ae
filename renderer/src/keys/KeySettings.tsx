import { ActionIcon, Button, Group, Text, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { setPreferences, usePreferences } from '../settings/preferences';
import { Card } from '../ui/Card';
import classes from './KeySettings.module.css';
import { comboOf, conflictsOf, keyCommands, keyScopes, keysOf, withKeys, type ChosenKeys, type KeyCommand } from './registry';
import { isMac, keyName } from './useKeys';

/** The name of a command in the user's language. */
export function commandName(t: TFunction, { id, title }: KeyCommand): string {
  return t(title, { number: id.startsWith('label.') ? id.slice(6) : '' });
}

function change(chosen: ChosenKeys, id: string, keys: readonly string[]): void {
  void setPreferences({ keys: withKeys(chosen, id, keys) });
}

/** Waits for the next key and takes it away from everything else. */
function useRecording(recording: boolean, done: (combo: string | null) => void): void {
  useEffect(() => {
    if (!recording) return;
    const listen = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      const combo = comboOf(event, isMac());
      if (combo !== null) done(combo === 'Escape' ? null : combo);
    };
    const leave = () => done(null);
    addEventListener('keydown', listen, true);
    addEventListener('pointerdown', leave, true);
    return () => {
      removeEventListener('keydown', listen, true);
      removeEventListener('pointerdown', leave, true);
    };
  }, [recording, done]);
}

function KeyChip(props: { readonly name: string; readonly combo: string | null; readonly testId: string; readonly set: (combo: string) => void; readonly remove: (() => void) | null }) {
  const { t } = useTranslation();
  const { name, combo, set, remove, testId } = props;
  const [recording, setRecording] = useState(false);
  useRecording(recording, (next) => {
    setRecording(false);
    if (next !== null) set(next);
  });
  if (recording) {
    return (
      <Tooltip label={t('keys:pressHelp')} opened>
        <span className={classes.recording} data-testid="key-recording">{t('keys:press')}</span>
      </Tooltip>
    );
  }
  const label = combo === null ? t('keys:give', { command: name }) : t('keys:change', { command: name, key: keyName(combo) });
  return (
    <span className={classes.chip}>
      <UnstyledButton className={combo === null ? classes.give : classes.combo} onClick={() => setRecording(true)} aria-label={label} title={label} data-testid={testId}>
        {combo === null ? <IconPlus size={13} aria-hidden /> : keyName(combo)}
      </UnstyledButton>
      {remove && (
        <UnstyledButton className={classes.take} onClick={remove} aria-label={t('keys:take', { command: name })} title={t('keys:take', { command: name })}>
          <IconX size={12} aria-hidden />
        </UnstyledButton>
      )}
    </span>
  );
}

function Conflicts({ command, chosen }: { readonly command: KeyCommand; readonly chosen: ChosenKeys }) {
  const { t } = useTranslation();
  const keys = keysOf(command.id, chosen);
  return conflictsOf(command.id, chosen).map((other) => (
    <Text key={other.id} size="xs" className={classes.conflict} data-testid={`key-conflict-${command.id}`}>
      <IconAlertTriangle size={14} aria-hidden />
      <span>{t('keys:conflict', { key: keyName(keysOf(other.id, chosen).find((key) => keys.includes(key)) ?? ''), other: commandName(t, other), scope: t(`keys:scopes.${other.scope}`) })}</span>
    </Text>
  ));
}

function Row({ command, chosen }: { readonly command: KeyCommand; readonly chosen: ChosenKeys }) {
  const { t } = useTranslation();
  const { id } = command;
  const name = commandName(t, command);
  const keys = keysOf(id, chosen);
  return (
    <div className={classes.row} data-testid={`key-row-${id}`}>
      <div className={classes.line}>
        <span className={classes.name}>{name}</span>
        {chosen[id] !== undefined && (
          <ActionIcon size="sm" aria-label={t('keys:reset', { command: name })} title={t('keys:reset', { command: name })} onClick={() => change(chosen, id, command.defaults)} data-testid={`key-reset-${id}`}>
            <IconArrowBackUp size={14} />
          </ActionIcon>
        )}
        {keys.map((combo, at) => (
          <KeyChip
            key={combo}
            name={name}
            combo={combo}
            testId={`key-${id}-${at}`}
            set={(next) => change(chosen, id, [...new Set(keys.with(at, next))])}
            remove={() => change(chosen, id, keys.filter((_, other) => other !== at))}
          />
        ))}
        {keys.length === 0 && (
          <>
            <Text size="xs" c="dimmed">{t('keys:none')}</Text>
            <KeyChip name={name} combo={null} testId={`key-${id}-new`} set={(next) => change(chosen, id, [next])} remove={null} />
          </>
        )}
      </div>
      <Conflicts command={command} chosen={chosen} />
    </div>
  );
}

/** Every key of the window, to be changed; what shares a key is said in words. */
export function KeySettings() {
  const { t } = useTranslation();
  const chosen = usePreferences().keys;
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const fits = (command: KeyCommand): boolean => wanted === '' || commandName(t, command).toLowerCase().includes(wanted) || keysOf(command.id, chosen).some((combo) => keyName(combo).toLowerCase() === wanted);
  const shown = keyCommands.filter(fits);
  const changed = Object.keys(chosen).length;
  const conflicts = keyCommands.filter(({ id }) => conflictsOf(id, chosen).length > 0).length;
  return (
    <Card
      title={t('settings:keys')}
      aside={
        <Group gap="sm">
          {changed > 0 && <Text size="xs" c="dimmed">{t('keys:changed', { count: changed })}</Text>}
          <Button size="xs" variant="default" disabled={changed === 0} leftSection={<IconArrowBackUp size={14} aria-hidden />} onClick={() => void setPreferences({ keys: {} })} data-testid="keys-reset">
            {t('keys:resetAll')}
          </Button>
        </Group>
      }
    >
      <Text size="sm" c="dimmed" mb="sm" maw={640}>{t('keys:help')}</Text>
      <Group mb="md" gap="md">
        <TextInput w={280} size="xs" leftSection={<IconSearch size={14} aria-hidden />} placeholder={t('keys:search')} aria-label={t('keys:search')} value={search} onChange={(event) => setSearch(event.currentTarget.value)} data-testid="keys-search" />
        {conflicts > 0 && (
          <Text size="xs" className={classes.conflict} role="status" data-testid="keys-conflicts">
            <IconAlertTriangle size={14} aria-hidden />
            {t('keys:conflicts', { count: conflicts })}
          </Text>
        )}
      </Group>
      {shown.length === 0 && <Text>{t('keys:nothing')}</Text>}
      <div className={classes.scopes}>
        {keyScopes
          .filter((scope) => shown.some((command) => command.scope === scope))
          .map((scope) => (
            <section key={scope} className={classes.scope}>
              <h3 className={classes.scopeName}>{t(`keys:scopes.${scope}`)}</h3>
              {shown.filter((command) => command.scope === scope).map((command) => <Row key={command.id} command={command} chosen={chosen} />)}
            </section>
          ))}
      </div>
    </Card>
  );
}
