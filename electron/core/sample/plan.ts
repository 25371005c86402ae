import { sampleObjects } from './objects';
import { surfaces } from './surfaces';
import type { Shot } from './scene';

export const sampleFilm = { width: 192, height: 144, framesPerSecond: 10, frames: 30 } as const;

export interface SampleClip {
  readonly class: string;
  readonly background: string;
  readonly take: number;
  readonly shot: Shot;
}

/** All films of the sample project: three objects on six backgrounds, plain to busy, two takes each; always the same. */
export function sampleClips(): readonly SampleClip[] {
  return surfaces.flatMap((surface, s) =>
    sampleObjects.flatMap((object, o) =>
      [1, 2].map((take) => ({ class: object.name, background: surface.name, take, shot: { object, surface: surface.colour, seed: 1000 * (s + 1) + 100 * (o + 1) + take } })),
    ),
  );
}
