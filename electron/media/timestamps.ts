/** Collects timestamps of frames from the lines of two `showinfo` filters: `@all` hears every frame, `@kept` the chosen. */
export class FrameTimes {
  /** Of every decoded frame, in ms. */
  readonly all: number[] = [];
  /** Of the frames that are stored, in ms. */
  readonly kept: number[] = [];
  private readonly base = { all: 0, kept: 0 };

  /** Takes a line of ffmpeg's log; false when it is about something else. */
  read(line: string): boolean {
    const match = /\[showinfo@(all|kept) @ [^\]]+\] (?:\[\w+\] )?(.*)$/.exec(line);
    if (!match) return false;
    const which = match[1] as 'all' | 'kept';
    const text = match[2] as string;
    const base = /config in time_base: (\d+)\/(\d+)/.exec(text);
    if (base) this.base[which] = (Number(base[1]) * 1000) / Number(base[2]);
    // `pts_time` is printed with six digits only: too few after 17 minutes.
    const time = /^n: *\d+ pts: *(-?\d+|NOPTS) /.exec(text);
    if (time) this[which].push(time[1] === 'NOPTS' ? (this[which].at(-1) ?? 0) : Number((Number(time[1]) * this.base[which]).toFixed(3)));
    return true;
  }
}

/** More than this share of unequal steps makes a frame rate variable. */
const tolerated = 0.02;

/**
 * Whether frames come at unequal steps, measured from their timestamps in ms. Steps are equal within a tenth (and 1.5 ms:
 * Matroska counts in whole ms). `lossy`: the decoder lost frames, and a gap of whole steps is no sign of a variable rate.
 */
export function measureRate(times: readonly number[], lossy = false): { readonly variable: boolean; readonly stepMs: number | null } {
  const steps = times.slice(1).map((time, index) => time - (times[index] as number));
  if (steps.length === 0) return { variable: false, stepMs: null };
  const sorted = [...steps].sort((a, b) => a - b);
  const step = sorted[Math.floor(sorted.length / 2)] as number;
  const near = (value: number): boolean => Math.abs(value - step) <= Math.max(1.5, step * 0.1);
  const gap = (value: number): boolean => lossy && step > 0 && Math.abs(value / step - Math.round(value / step)) < 0.15;
  const odd = steps.filter((value) => !near(value) && !gap(value)).length;
  return { variable: odd > 0 && odd / steps.length > tolerated, stepMs: step };
}
