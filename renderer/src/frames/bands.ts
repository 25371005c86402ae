/** Bands of sharpness: the blurriest tenth of the project's frames, those between, the sharpest tenth, not measured. */
export const sharpnessBands = ['blurred', 'middle', 'sharp', 'unmeasured'] as const;
/** Bands of brightness: too dark, well lit, too bright, not measured. */
export const exposureBands = ['dark', 'fine', 'bright', 'unmeasured'] as const;

/** Share of the frames at either end of the scale of sharpness. */
const tail = 0.1;
/** Mean brightness below which a frame is too dark, and above which it is too bright. */
export const darkBelow = 0.12;
export const brightAbove = 0.88;

const known = new WeakMap<Float32Array, Uint8Array>();

function remembered(values: Float32Array, make: () => Uint8Array): Uint8Array {
  const before = known.get(values);
  if (before) return before;
  const bands = make();
  known.set(values, bands);
  return bands;
}

function banded(values: Float32Array, low: number, high: number): Uint8Array {
  const bands = new Uint8Array(values.length);
  values.forEach((value, row) => (bands[row] = Number.isNaN(value) ? 3 : value < low ? 0 : value > high ? 2 : 1));
  return bands;
}

/** Places in `sharpnessBands`. Measured against the project itself: how sharp a film is depends on what it shows. */
export function sharpnessBand(sharpness: Float32Array): Uint8Array {
  return remembered(sharpness, () => {
    const sorted = sharpness.filter((value) => !Number.isNaN(value)).sort();
    const [low, high] = [sorted[Math.floor(sorted.length * tail)] ?? 0, sorted[Math.ceil(sorted.length * (1 - tail)) - 1] ?? 0];
    return banded(sharpness, low, high);
  });
}

/** Places in `exposureBands`. */
export function exposureBand(exposure: Float32Array): Uint8Array {
  return remembered(exposure, () => banded(exposure, darkBelow, brightAbove));
}
