import { ActionIcon, Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconDots, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Architecture } from '../../../electron/core/architecture';
import { canMove, canRemove, insertTypes, type Edit } from './editor';

/** What can be done with a layer (`null`: the picture, behind which a layer can be put in): by mouse, and by keys as every menu. */
export function LayerMenu({ architecture, name, apply }: { readonly architecture: Architecture; readonly name: string | null; readonly apply: (step: Edit) => void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={230} withinPortal>
      <Menu.Target>
        <ActionIcon size="sm" aria-label={name === null ? t('layers:menuOfPicture') : t('layers:menuOf', { layer: name })} data-testid={`layer-menu-${name ?? 'input'}`}>
          <IconDots size={15} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={380} style={{ overflowY: 'auto' }}>
        {name !== null && (
          <>
            <Menu.Item leftSection={<IconArrowUp size={15} aria-hidden />} disabled={!canMove(architecture, name, -1)} onClick={() => apply({ kind: 'move', layer: name, by: -1 })}>
              {t('layers:up')}
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowDown size={15} aria-hidden />} disabled={!canMove(architecture, name, 1)} onClick={() => apply({ kind: 'move', layer: name, by: 1 })}>
              {t('layers:down')}
            </Menu.Item>
            <Menu.Item color="var(--g-bad)" leftSection={<IconTrash size={15} aria-hidden />} disabled={!canRemove(architecture, name)} onClick={() => apply({ kind: 'remove', layer: name })} data-testid={`layer-remove-${name}`}>
              {t('layers:remove')}
            </Menu.Item>
            <Menu.Divider />
          </>
        )}
        <Menu.Label>{t('layers:insertBehind')}</Menu.Label>
        {insertTypes.map((type) => (
          <Menu.Item key={type} leftSection={<IconPlus size={14} aria-hidden />} onClick={() => apply({ kind: 'insert', after: name, type })} data-testid={`layer-insert-${type}`}>
            {t(`layers:type.${type}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
