import { Button, Group, Text } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Tour.module.css';
import { endTour, showStep, tourSteps, useTour } from './tour';

interface Spot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where the place of a step lies in the rail; follows the size of the window. */
function useSpot(place: string): Spot | null {
  const [spot, setSpot] = useState<Spot | null>(null);
  useLayoutEffect(() => {
    const measure = () => {
      const target = document.querySelector(`[data-place="${place}"]`);
      target?.scrollIntoView({ block: 'nearest' });
      const box = target?.getBoundingClientRect();
      setSpot(box ? { left: box.left, top: box.top, width: box.width, height: box.height } : null);
    };
    measure();
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, [place]);
  return spot;
}

/** The focus is on the button that goes on; whatever closes (the help) may give it back elsewhere a moment later. */
function useStepFocus(card: RefObject<HTMLElement | null>, next: RefObject<HTMLElement | null>, step: number, shown: boolean): void {
  useEffect(() => {
    next.current?.focus();
    const later = setTimeout(() => card.current?.contains(document.activeElement) === false && next.current?.focus(), 200);
    return () => clearTimeout(later);
  }, [card, next, step, shown]);
}

/** Escape ends the tour wherever the focus is, except in a dialog above it. */
function useLeaving(): void {
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape' || document.querySelector('[role="dialog"][aria-modal="true"]')) return;
      event.preventDefault();
      event.stopPropagation();
      endTour();
    };
    addEventListener('keydown', listen, true);
    return () => removeEventListener('keydown', listen, true);
  }, []);
}

function Step({ step }: { readonly step: number }) {
  const { t } = useTranslation();
  const place = tourSteps[step] ?? 'board';
  const spot = useSpot(place);
  const card = useRef<HTMLDivElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  useStepFocus(card, next, step, spot !== null);
  useLeaving();
  const last = step === tourSteps.length - 1;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight') showStep(step + 1);
    else if (event.key === 'ArrowLeft' && step > 0) showStep(step - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (!spot) return null;
  return (
    <>
      <div className={classes.ring} style={spot} aria-hidden />
      <div
        ref={card}
        className={classes.card}
        // Beside its place, and wholly in the window, however small that is.
        style={{ left: spot.left + spot.width + 14, top: `clamp(8px, ${spot.top - 8}px, max(8px, calc(100vh - 260px)))` }}
        role="dialog"
        aria-label={t('tour:name')}
        aria-describedby="tour-text"
        onKeyDown={onKeyDown}
        data-testid="tour"
        data-step={place}
      >
        <Text size="xs" c="dimmed" className="numbers">
          {t('tour:at', { at: step + 1, of: tourSteps.length })}
        </Text>
        <Text fw={620} size="md">
          {t(`common:places.${place}`)}
        </Text>
        <Text id="tour-text" aria-live="polite">
          {t(`tour:steps.${place}`)}
        </Text>
        <Group justify="space-between" mt="xs">
          <Button variant="subtle" color="gray" size="xs" onClick={endTour} data-testid="tour-skip">
            {t('tour:skip')}
          </Button>
          <Group gap="xs">
            {step > 0 && (
              <Button variant="default" size="xs" onClick={() => showStep(step - 1)} data-testid="tour-back">
                {t('tour:back')}
              </Button>
            )}
            <Button ref={next} size="xs" onClick={() => showStep(step + 1)} data-testid="tour-next">
              {t(last ? 'tour:done' : 'tour:next')}
            </Button>
          </Group>
        </Group>
      </div>
    </>
  );
}

/** The tour through the places, beside them; what is below stays usable. */
export function Tour() {
  const { step } = useTour();
  return step === null ? null : <Step step={step} />;
}
