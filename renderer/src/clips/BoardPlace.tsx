import { Button, Group, Menu, Text } from '@mantine/core';
import { IconEye, IconFolderPlus, IconMovie } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { NameKind, NameView } from '../../../electron/ipc/contract';
import { SampleButton } from '../start/StartScreen';
import { call } from '../studio';
import { TimelinePlace } from '../timeline/TimelinePlace';
import { ClassDot } from '../ui/ClassDot';
import { EmptyPlace } from '../ui/EmptyPlace';
import { usePlace } from '../ui/place';
import { PlacePage } from '../ui/PlacePage';
import { useStudio } from '../ui/queries';
import { tellChange } from '../ui/tell';
import { AddName } from './AddName';
import { arrangeBoard, cellKey, type BoardData, type Line } from './board';
import classes from './Board.module.css';
import { BoardCell } from './BoardCell';
import { ChosenBar } from './ChosenBar';
import { CropDialog } from './CropDialog';
import { chooseFilms, chooseFolder } from './importing';
import { MissingFilms } from './MissingFilms';
import { NameHeader } from './NameHeader';
import { SamplingDialog } from './SamplingDialog';

function HiddenNames({ hidden }: { readonly hidden: readonly (readonly [NameKind, NameView])[] }) {
  const { t } = useTranslation();
  if (hidden.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="subtle" color="gray" leftSection={<IconEye size={16} aria-hidden />}>
          {t('board:hidden', { count: hidden.length })}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {hidden.map(([kind, view]) => (
          <Menu.Item key={`${kind}${view.id}`} leftSection={<ClassDot colour={view.colour} />} onClick={() => void tellChange(call('names:hide', kind, view.id, false))}>
            {t('board:show', { name: view.name })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ImportButtons() {
  const { t } = useTranslation();
  return (
    <>
      <Button variant="default" leftSection={<IconFolderPlus size={16} aria-hidden />} onClick={() => void chooseFolder()} data-testid="board-import-folder">
        {t('board:importFolder')}
      </Button>
      <Button leftSection={<IconMovie size={16} aria-hidden />} onClick={() => void chooseFilms()} data-testid="board-import">
        {t('board:importFilms')}
      </Button>
    </>
  );
}

function Row({ row, board }: { readonly row: Line; readonly board: BoardData }) {
  return (
    <>
      <NameHeader kind="classes" line={row} order={board.rows} />
      {board.columns.map((column) => (
        <BoardCell key={column.id} row={row} column={column} clips={board.cells.get(cellKey(row.id, column.id)) ?? []} />
      ))}
      <div className={classes.filler} />
    </>
  );
}

function BoardTable({ board }: { readonly board: BoardData }) {
  const { t } = useTranslation();
  return (
    <div className={classes.scroll}>
      <div className={classes.board} style={{ gridTemplateColumns: `150px repeat(${board.columns.length}, minmax(160px, 1fr)) minmax(150px, auto)` }} data-testid="board">
        <div className={classes.corner}>
          <Text size="xs" c="dimmed">
            {t('board:corner')}
          </Text>
        </div>
        {board.columns.map((column) => (
          <NameHeader key={column.id} kind="backgrounds" line={column} order={board.columns} />
        ))}
        <div className={classes.adder}>
          <AddName kind="backgrounds" />
        </div>
        {board.rows.map((row) => (
          <Row key={row.id} row={row} board={board} />
        ))}
        <div className={classes.addRow}>
          <AddName kind="classes" />
        </div>
      </div>
    </div>
  );
}

function EmptyBoard() {
  const { t } = useTranslation();
  const coming = useStudio('jobs:list').data?.some(({ kind, state }) => state === 'running' && (kind === 'import' || kind === 'sample')) ?? false;
  if (coming) return <EmptyPlace icon={<IconMovie size={34} stroke={1.5} />} sentence={t('board:coming')} testId="board-coming" />;
  return (
    <EmptyPlace icon={<IconMovie size={34} stroke={1.5} />} sentence={t('board:empty')} hint={t('board:emptyHint')} testId="board-empty">
      <Group gap="xs" mt="xs">
        <ImportButtons />
      </Group>
      <Group gap="xs">
        <AddName kind="classes" />
        <SampleButton />
      </Group>
    </EmptyPlace>
  );
}

/** The picture of the whole undertaking, or the clip that was opened on it. */
export function BoardPlace() {
  const clip = usePlace(({ place, params }) => (place === 'board' && params.clip ? Number(params.clip) : null));
  return (
    <>
      {clip === null ? <WholeBoard /> : <TimelinePlace key={clip} clipId={clip} />}
      <CropDialog />
      <SamplingDialog />
    </>
  );
}

function WholeBoard() {
  const { t } = useTranslation();
  const names = useStudio('names:list').data;
  const clips = useStudio('clips:list').data;
  const board = useMemo(() => names && clips && arrangeBoard(names.classes, names.backgrounds, clips), [names, clips]);
  if (!board || !names || !clips) return <PlacePage title={t('common:places.board')}>{null}</PlacePage>;
  const empty = names.classes.length === 0 && names.backgrounds.length === 0 && clips.length === 0;
  const hidden = [...names.classes.map((view) => ['classes', view] as const), ...names.backgrounds.map((view) => ['backgrounds', view] as const)].filter(([, view]) => view.hidden);
  const frames = clips.reduce((sum, clip) => sum + clip.frames, 0);
  return (
    <PlacePage
      title={t('common:places.board')}
      subtitle={empty ? null : `${t('common:clips', { count: clips.length })} · ${t('common:frames', { count: frames })}`}
      tools={
        empty ? null : (
          <>
            <HiddenNames hidden={hidden} />
            <ImportButtons />
          </>
        )
      }
    >
      <MissingFilms />
      {empty ? <EmptyBoard /> : <BoardTable board={board} />}
      <ChosenBar clips={clips} />
    </PlacePage>
  );
}
