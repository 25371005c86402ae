import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { FrameImage } from '../ui/FrameImage';
import classes from './Timeline.module.css';
import type { Timeline } from './useTimeline';

const tile = 84;

/** All frames of the clip beside one another; only what is seen is there. */
export function FrameStrip({ timeline }: { readonly timeline: Timeline }) {
  const { t } = useTranslation();
  const { columns, views, at, marks, seek } = timeline;
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ horizontal: true, count: columns.ids.length, getScrollElement: () => scroll.current, estimateSize: () => tile, overscan: 6 });
  const last = columns.ids.length - 1;
  useEffect(() => {
    // Two frames more than the one that is seen stay in view on either side.
    virtual.scrollToIndex(Math.max(0, at - 2), { align: 'auto' });
    virtual.scrollToIndex(Math.min(last, at + 2), { align: 'auto' });
  }, [virtual, at, last]);
  const within = (index: number) => marks.from !== null && marks.to !== null && index >= marks.from && index <= marks.to;
  return (
    <div ref={scroll} className={classes.strip} role="listbox" tabIndex={0} data-keys aria-activedescendant={`strip-${columns.ids[at]}`} aria-label={t('timeline:strip')} aria-orientation="horizontal" data-testid="timeline-strip">
      <div style={{ width: virtual.getTotalSize(), height: '100%', position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const id = columns.ids[index] as number;
          const view = views.get(columns.classIds[index] as number);
          const name = view?.name ?? t('grid:none.class');
          const excluded = columns.excluded[index] === true;
          return (
            <div
              key={id}
              id={`strip-${id}`}
              role="option"
              aria-selected={index === at}
              aria-label={`${t('timeline:frame', { number: index + 1 })}: ${name}${excluded ? `, ${t('grid:excluded')}` : ''}`}
              className={classes.stripFrame}
              data-current={index === at || undefined}
              data-within={within(index) || undefined}
              data-excluded={excluded || undefined}
              style={{ left: start, width: tile, '--class': view?.colour ?? 'var(--g-line-strong)' } as React.CSSProperties}
              onClick={() => seek(index)}
            >
              <FrameImage id={id} small />
              {excluded && <span className={classes.hatched} style={{ inset: 0 }} />}
              {index === marks.from && <span className={classes.flag}>{t('timeline:in')}</span>}
              {index === marks.to && <span className={classes.flag} data-out>{t('timeline:out')}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}
