import { ActionIcon, ColorSwatch, Group, Menu, Text, TextInput } from '@mantine/core';
import { IconPhoto, IconArrowDown, IconArrowMerge, IconArrowLeft, IconArrowRight, IconArrowUp, IconDots, IconEyeOff, IconPencil } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { NameKind, NameView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { ClassDot } from '../ui/ClassDot';
import { MiddleCut } from '../ui/MiddleCut';
import { go } from '../ui/place';
import { tellChange } from '../ui/tell';
import { moved, type Line } from './board';
import classes from './Board.module.css';

const swatches = ['#2f8f5b', '#d1662f', '#3d74c4', '#b0488f', '#c39a1c', '#3a9ea5', '#8159c2', '#c03f4c', '#7a8b2e', '#6b7280'];

interface Props {
  readonly kind: NameKind;
  readonly line: Line;
  readonly order: readonly Line[];
}

function idsOf(order: readonly Line[]): readonly number[] {
  return order.filter(({ view }) => view !== null).map(({ id }) => id);
}

function reorder(kind: NameKind, ids: readonly number[]): void {
  void tellChange(call('names:reorder', kind, ids));
}

function HeaderMenu({ kind, view, order, rename }: { readonly kind: NameKind; readonly view: NameView; readonly order: readonly Line[]; readonly rename: () => void }) {
  const { t } = useTranslation();
  const ids = idsOf(order);
  const at = ids.indexOf(view.id);
  const row = kind === 'classes';
  const others = order.flatMap((line) => (line.view && line.id !== view.id ? [line.view] : []));
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" aria-label={t('board:menuOf', { name: view.name })} data-testid={`${row ? 'class' : 'background'}-menu-${view.name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={rename}>
          {t('board:rename')}
        </Menu.Item>
        <Menu.Item leftSection={<IconPhoto size={16} />} onClick={() => go('frames', row ? { class: String(view.id) } : { background: String(view.id) })}>
          {t('board:showFrames')}
        </Menu.Item>
        <Menu.Item leftSection={row ? <IconArrowUp size={16} /> : <IconArrowLeft size={16} />} disabled={at <= 0} onClick={() => reorder(kind, moved(ids, view.id, -1))}>
          {t(row ? 'board:moveUp' : 'board:moveLeft')}
        </Menu.Item>
        <Menu.Item leftSection={row ? <IconArrowDown size={16} /> : <IconArrowRight size={16} />} disabled={at === ids.length - 1} onClick={() => reorder(kind, moved(ids, view.id, 1))}>
          {t(row ? 'board:moveDown' : 'board:moveRight')}
        </Menu.Item>
        <Menu.Item leftSection={<IconEyeOff size={16} />} onClick={() => void tellChange(call('names:hide', kind, view.id, true))}>
          {t('board:hide')}
        </Menu.Item>
        <Menu.Sub>
          <Menu.Sub.Target>
            <Menu.Sub.Item leftSection={<IconArrowMerge size={16} />} disabled={others.length === 0} data-testid="name-merge">
              {t('board:merge')}
            </Menu.Sub.Item>
          </Menu.Sub.Target>
          <Menu.Sub.Dropdown>
            {others.map((other) => (
              <Menu.Item key={other.id} leftSection={<ClassDot colour={other.colour} />} onClick={() => void tellChange(call('names:merge', kind, view.id, other.id))} data-testid={`name-merge-${other.name}`}>
                {other.name}
              </Menu.Item>
            ))}
          </Menu.Sub.Dropdown>
        </Menu.Sub>
        <Menu.Divider />
        <Menu.Label>{t('board:colour')}</Menu.Label>
        <Group gap={6} px={12} pb={8} maw={190}>
          {swatches.map((colour) => (
            <ColorSwatch key={colour} component="button" type="button" size={22} color={colour} aria-label={t('board:colourNamed', { colour })} onClick={() => void tellChange(call('names:recolour', kind, view.id, colour))} style={{ cursor: 'pointer', outlineOffset: 2 }} />
          ))}
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}

function RenameField({ kind, view, close }: { readonly kind: NameKind; readonly view: NameView; readonly close: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(view.name);
  const save = async () => {
    const clean = name.trim();
    if (clean === '' || clean === view.name || (await tellChange(call('names:rename', kind, view.id, clean)))) close();
  };
  return (
    <TextInput
      autoFocus
      size="xs"
      value={name}
      maxLength={80}
      aria-label={t('board:rename')}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setName(event.currentTarget.value)}
      onBlur={() => void save()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') close();
      }}
    />
  );
}

function useDragOrder({ kind, line, order }: Props) {
  const [over, setOver] = useState(false);
  const type = `graft/${kind}`;
  if (!line.view) return { over: false, handlers: {} };
  return {
    over,
    handlers: {
      draggable: true,
      onDragStart: (event: DragEvent) => event.dataTransfer.setData(type, String(line.id)),
      onDragOver: (event: DragEvent) => {
        if (!event.dataTransfer.types.includes(type)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: () => setOver(false),
      onDrop: (event: DragEvent) => {
        setOver(false);
        const id = Number(event.dataTransfer.getData(type));
        if (!id || id === line.id) return;
        event.preventDefault();
        const ids = idsOf(order);
        reorder(kind, moved(ids, id, ids.indexOf(line.id) - ids.indexOf(id)));
      },
    },
  };
}

/** Head of a row (class) or column (background): name, colour, frames, and all that can be done with it. */
export function NameHeader(props: Props) {
  const { kind, line, order } = props;
  const { t } = useTranslation();
  const [renaming, setRenaming] = useState(false);
  const { over, handlers } = useDragOrder(props);
  const { view } = line;
  const className = `${kind === 'classes' ? classes.rowHead : classes.columnHead} ${over ? classes.headOver : ''}`;
  if (!view) {
    return (
      <div className={className}>
        <Text c="dimmed" fs="italic">
          {t(kind === 'classes' ? 'board:noClass' : 'board:noBackground')}
        </Text>
      </div>
    );
  }
  return (
    <div className={className} {...(renaming ? {} : handlers)} onDoubleClick={() => setRenaming(true)} data-testid={`${kind === 'classes' ? 'class' : 'background'}-head-${view.name}`}>
      <div className={classes.headLine}>
        {kind === 'classes' && <ClassDot colour={view.colour} size={12} />}
        {renaming ? (
          <RenameField kind={kind} view={view} close={() => setRenaming(false)} />
        ) : (
          <Text fw={620} component="span" miw={0} flex={1}>
            <MiddleCut text={view.name} />
          </Text>
        )}
        <HeaderMenu kind={kind} view={view} order={order} rename={() => setRenaming(true)} />
      </div>
      <Text size="xs" c="dimmed" className="numbers">
        {t('common:frames', { count: view.frames })}
      </Text>
    </div>
  );
}
