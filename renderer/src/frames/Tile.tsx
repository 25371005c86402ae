import { IconCheck, IconStack2, IconX } from '@tabler/icons-react';
import { memo, type CSSProperties } from 'react';
import { FrameImage } from '../ui/FrameImage';
import classes from './Frames.module.css';

/** What a tile shows of its frame. */
export interface TileTexts {
  readonly id: number;
  readonly name: string;
  /** What a screen reader says. */
  readonly label: string;
  readonly colour: string | undefined;
  readonly excluded: boolean;
  /** Whether the tile stands for a stack, or belongs to one that is open. */
  readonly stack: 'open' | 'closed' | undefined;
  /** Frames of the stack; 0 where the tile does not say it. */
  readonly badge: number;
  /** What the badge of a stack does, in words. */
  readonly stackLabel: string;
}

interface TileProps extends TileTexts {
  /** A small picture is enough at this size. */
  readonly small: boolean;
  readonly selected: boolean;
  readonly focused: boolean;
}

/** One frame of the grid. Clicks are heard by the grid itself, so that a tile is quick to make. */
export const Tile = memo(function Tile({ small, id, name, label, colour, excluded, selected, focused, stack, badge, stackLabel }: TileProps) {
  return (
    <div
      id={`frame-${id}`}
      role="option"
      aria-selected={selected}
      aria-label={label}
      className={classes.tile}
      data-frame={id}
      data-selected={selected || undefined}
      data-focused={focused || undefined}
      data-excluded={excluded || undefined}
      data-stack={stack}
      data-testid="frame"
    >
      <FrameImage id={id} small={small} />
      <span className={classes.tileName} style={{ '--class': colour ?? 'transparent' } as CSSProperties}>
        {name}
      </span>
      {badge > 0 && (
        <span className={classes.badge} data-badge={id} title={stackLabel} aria-hidden data-testid="stack">
          <IconStack2 size={13} aria-hidden />
          {/* The space parts it from the name for whoever hears it; it is not drawn. */}
          {` ${badge}`}
        </span>
      )}
      {selected && (
        <span className={classes.tileMark}>
          <IconCheck size={13} stroke={3} aria-hidden />
        </span>
      )}
      {excluded && (
        <span className={classes.tileOut}>
          <IconX size={26} stroke={2.5} aria-hidden />
        </span>
      )}
    </div>
  );
});
