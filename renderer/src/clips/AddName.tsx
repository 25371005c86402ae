import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconCheck, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NameKind } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { forgetTouched } from '../ui/queries';
import { attempt } from '../ui/tell';

/** A button that becomes a field: one more class, one more background. */
export function AddName({ kind }: { readonly kind: NameKind }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const one = kind === 'classes' ? 'class' : 'background';
  const add = async () => {
    if (name.trim() === '') return setOpen(false);
    const added = await attempt(call('names:add', kind, name.trim()));
    if (!added) return;
    forgetTouched('labels');
    setName('');
    setOpen(false);
  };
  if (!open) {
    return (
      <Button variant="subtle" color="gray" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen(true)} data-testid={`add-${one}`}>
        {t(kind === 'classes' ? 'board:addClass' : 'board:addBackground')}
      </Button>
    );
  }
  return (
    <TextInput
      autoFocus
      w={200}
      value={name}
      maxLength={80}
      placeholder={t(kind === 'classes' ? 'board:classPlaceholder' : 'board:backgroundPlaceholder')}
      aria-label={t(kind === 'classes' ? 'board:addClass' : 'board:addBackground')}
      onChange={(event) => setName(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') void add();
        if (event.key === 'Escape') setOpen(false);
      }}
      onBlur={() => name.trim() === '' && setOpen(false)}
      rightSection={
        <ActionIcon size="sm" color="moss" aria-label={t('common:add')} onClick={() => void add()}>
          <IconCheck size={16} />
        </ActionIcon>
      }
      data-testid={`add-${one}-name`}
    />
  );
}
