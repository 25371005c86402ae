/**
 * Changes one RGB picture as `drawAugmentation` (core/augmentation.ts) says: `p` its numbers, from `n` on. Reads `source`
 * from `from`, writes `target` from `to`; `scratch`: height x width numbers. Places outside take the nearest edge.
 *
 * Worker threads run the text of this function, on its own: it must not use anything from outside itself.
 */
export function augmentPicture(source: Uint8Array, from: number, target: Uint8ClampedArray, to: number, height: number, width: number, p: Float64Array, n: number, scratch: Int32Array): void {
  const number = (index: number): number => p[n + index] as number;
  // Positions and weights in whole numbers (16 bits of fraction, 8 of weight), and red and blue in one: several times as fast.
  const [ax, bx, cx, ay, by, cy] = [0, 1, 2, 3, 4, 5].map((index) => Math.round(number(index) * 65536) | 0) as [number, number, number, number, number, number];
  const [rr, rg, rb, r0, gr, gg, gb, g0, br, bg, bb, b0] = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17].map((index) => Math.round(number(index) * 4096) | 0) as [number, number, number, number, number, number, number, number, number, number, number, number];
  const colours = number(25) !== 0;
  const [right, bottom, stride] = [width - 1, height - 1, width * 3];
  const [maxX, maxY, size] = [right << 16, bottom << 16, height * stride];
  for (let k = 0, at = from; k < height * width; k += 1, at += 3) scratch[k] = (source[at] as number) | ((source[at + 1] as number) << 8) | ((source[at + 2] as number) << 16);
  let at = to;
  for (let y = 0; y < height; y += 1) {
    let sx = (bx * y + cx) | 0;
    let sy = (by * y + cy) | 0;
    for (let x = 0; x < width; x += 1, sx = (sx + ax) | 0, sy = (sy + ay) | 0, at += 3) {
      const px = sx < 0 ? 0 : sx > maxX ? maxX : sx;
      const py = sy < 0 ? 0 : sy > maxY ? maxY : sy;
      const [x0, y0] = [px >> 16, py >> 16];
      const fx = (px >> 8) & 255;
      const fy = (py >> 8) & 255;
      const k = (Math.imul(y0, width) + x0) | 0;
      const next = x0 < right ? 1 : 0;
      const down = y0 < bottom ? width : 0;
      const a = scratch[k] as number;
      const b = scratch[k + next] as number;
      const c = scratch[k + down] as number;
      const d = scratch[k + down + next] as number;
      const w11 = Math.imul(fx, fy) >> 8;
      const w10 = fy - w11;
      const w01 = fx - w11;
      const w00 = 256 - fx - w10;
      const both = (Math.imul(a & 0xff00ff, w00) + Math.imul(b & 0xff00ff, w01) + Math.imul(c & 0xff00ff, w10) + Math.imul(d & 0xff00ff, w11) + 0x800080) | 0;
      const green = (Math.imul(a & 0xff00, w00) + Math.imul(b & 0xff00, w01) + Math.imul(c & 0xff00, w10) + Math.imul(d & 0xff00, w11) + 0x8000) >> 16;
      const red = (both >>> 8) & 255;
      const blue = both >>> 24;
      if (colours) {
        target[at] = (Math.imul(rr, red) + Math.imul(rg, green) + Math.imul(rb, blue) + r0 + 2048) >> 12;
        target[at + 1] = (Math.imul(gr, red) + Math.imul(gg, green) + Math.imul(gb, blue) + g0 + 2048) >> 12;
        target[at + 2] = (Math.imul(br, red) + Math.imul(bg, green) + Math.imul(bb, blue) + b0 + 2048) >> 12;
      } else {
        target[at] = red;
        target[at + 1] = green;
        target[at + 2] = blue;
      }
    }
  }
  // 1 2 1 along both axes, edges repeated.
  for (let pass = number(20); pass > 0; pass -= 1) {
    const narrow = new Uint8Array(scratch.buffer, scratch.byteOffset, size);
    for (let y = 0; y < height; y += 1) {
      const row = to + y * stride;
      for (let k = 0; k < stride; k += 1) narrow[y * stride + k] = ((target[row + (k < 3 ? k : k - 3)] as number) + 2 * (target[row + k] as number) + (target[row + (k + 3 < stride ? k + 3 : k)] as number) + 2) >> 2;
    }
    for (let k = 0; k < size; k += 1) target[to + k] = ((narrow[k < stride ? k : k - stride] as number) + 2 * (narrow[k] as number) + (narrow[k + stride < size ? k + stride : k] as number) + 2) >> 2;
  }
  const strength = number(18);
  if (strength > 0) {
    // Uniform numbers of ten bits, brought to the wanted deviation (theirs is 1024 / sqrt 12); xorshift32 (Marsaglia 2003).
    const factor = Math.round((strength * Math.sqrt(12) * 4096) / 1024);
    let state = number(19) | 0 || 1;
    for (let k = to; k < to + size; k += 3) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      target[k] = (target[k] as number) + ((Math.imul((state & 1023) - 511, factor) + 2048) >> 12);
      target[k + 1] = (target[k + 1] as number) + ((Math.imul(((state >>> 10) & 1023) - 511, factor) + 2048) >> 12);
      target[k + 2] = (target[k + 2] as number) + ((Math.imul(((state >>> 20) & 1023) - 511, factor) + 2048) >> 12);
    }
  }
  const [x0, y0, x1, y1] = [number(21), number(22), number(23), number(24)];
  if (x1 > x0) for (let y = y0; y < y1; y += 1) target.fill(128, to + y * stride + x0 * 3, to + y * stride + x1 * 3);
}
