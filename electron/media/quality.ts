import { tinyHeight, tinyWidth } from './similarity';

/** Quality is measured on a gray picture of this width: figures of large and small films can be compared. */
export const grayWidth = 160;

/** How good a frame is, measured on its small gray picture. */
export interface Quality {
  /** Variance of the Laplacian; blurred frames are near 0. */
  readonly sharpness: number;
  /** Mean brightness, 0 (black) to 1 (white). */
  readonly exposure: number;
  /** Share of pixels that are black or white to the end of the scale. */
  readonly clipped: number;
}

/** Quality of a gray picture (row-major bytes, full range). */
export function measureQuality(gray: Uint8Array, width: number, height: number): Quality {
  let [sum, ends, first, second, inner] = [0, 0, 0, 0, 0];
  for (let index = 0; index < width * height; index += 1) {
    const value = gray[index] as number;
    sum += value;
    if (value <= 2 || value >= 253) ends += 1;
  }
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const laplacian = (gray[at - 1] as number) + (gray[at + 1] as number) + (gray[at - width] as number) + (gray[at + width] as number) - 4 * (gray[at] as number);
      first += laplacian;
      second += laplacian * laplacian;
      inner += 1;
    }
  }
  const mean = inner > 0 ? first / inner : 0;
  const pixels = Math.max(1, width * height);
  return { sharpness: inner > 0 ? second / inner - mean * mean : 0, exposure: sum / pixels / 255, clipped: ends / pixels };
}

/** The tiny picture for comparing frames: means over the cells of a gray picture. */
export function tinyPicture(gray: Uint8Array, width: number, height: number): Uint8Array {
  const tiny = new Uint8Array(tinyWidth * tinyHeight);
  for (let row = 0; row < tinyHeight; row += 1) {
    const [top, bottom] = range(row, tinyHeight, height);
    for (let column = 0; column < tinyWidth; column += 1) {
      const [left, right] = range(column, tinyWidth, width);
      let sum = 0;
      for (let y = top; y < bottom; y += 1) for (let x = left; x < right; x += 1) sum += gray[y * width + x] as number;
      tiny[row * tinyWidth + column] = Math.round(sum / ((bottom - top) * (right - left)));
    }
  }
  return tiny;
}

function range(cell: number, cells: number, size: number): readonly [number, number] {
  const from = Math.min(size - 1, Math.floor((cell * size) / cells));
  return [from, Math.max(from + 1, Math.floor(((cell + 1) * size) / cells))];
}
