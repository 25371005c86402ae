import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react';
import i18next from 'i18next';
import { CancelledError, UserError } from '../../../electron/core/errors';
import type { JournalSentence, Undoable } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { say, sayError } from './sentences';

const changeToast = 'last-change';

/** Shows an error in words; what the user cancelled is silent. */
export function tellError(error: unknown): void {
  if (error instanceof CancelledError) return;
  const t = i18next.t;
  const known = error instanceof UserError;
  notifications.show({
    color: 'clay',
    icon: <IconAlertTriangle size={18} aria-hidden />,
    title: known ? undefined : t('common:error.title'),
    message: <Text data-testid="error">{sayError(t, error)}</Text>,
    autoClose: 12_000,
    withCloseButton: true,
    closeButtonProps: { 'aria-label': t('common:close') },
  });
}

/** Shows that something went well. */
export function tell(message: string): void {
  notifications.show({ message, autoClose: 6000, closeButtonProps: { 'aria-label': i18next.t('common:close') } });
}

function toast(message: string, action: 'undo' | 'redo'): void {
  const t = i18next.t;
  notifications.hide(changeToast);
  notifications.show({
    id: changeToast,
    position: 'bottom-center',
    withCloseButton: false,
    autoClose: 8000,
    message: (
      <Group wrap="nowrap" justify="space-between" gap="md" data-testid="undo-toast">
        <Text>{message}</Text>
        <Button
          size="compact-sm"
          variant="light"
          flex="none"
          leftSection={action === 'undo' ? <IconArrowBackUp size={16} aria-hidden /> : <IconArrowForwardUp size={16} aria-hidden />}
          onClick={() => void (action === 'undo' ? undo() : redo())}
        >
          {t(action === 'undo' ? 'common:undo' : 'common:redo')}
        </Button>
      </Group>
    ),
  });
}

/** Waits for a change and says what was done, with the way back. Gives false when it did not happen. */
export async function tellChange(change: Promise<Undoable>): Promise<boolean> {
  try {
    const { sentence } = await change;
    if (sentence) toast(say(i18next.t, sentence), 'undo');
    return true;
  } catch (error) {
    tellError(error);
    return false;
  }
}

async function travel(name: 'labels:undo' | 'labels:redo', frame: 'journal:undone' | 'journal:redone', back: 'undo' | 'redo'): Promise<void> {
  try {
    const sentence: JournalSentence | null = await call(name);
    if (sentence) toast(i18next.t(frame, { sentence: say(i18next.t, sentence) }), back);
  } catch (error) {
    tellError(error);
  }
}

/** Takes back the last change and says which. */
export async function undo(): Promise<void> {
  await travel('labels:undo', 'journal:undone', 'redo');
}

/** Does again what was taken back. */
export async function redo(): Promise<void> {
  await travel('labels:redo', 'journal:redone', 'undo');
}

/** Runs something of which only the failure needs words; gives undefined then. */
export async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    tellError(error);
    return undefined;
  }
}
