/**
 * A small random generator with a state that can be saved: sfc32 (Doty-Humphrey, PractRand), 128 bits.
 * The same seed gives the same numbers on every machine.
 */
export class Random {
  private constructor(private readonly state: Uint32Array) {}

  static seeded(seed: number, stream = 0): Random {
    const random = new Random(Uint32Array.of(seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, stream >>> 0, 1));
    for (let index = 0; index < 15; index += 1) random.next32();
    return random;
  }

  /** Continues where `save` was taken. */
  static restored(state: readonly number[]): Random {
    return new Random(Uint32Array.from(state));
  }

  save(): readonly number[] {
    return [...this.state];
  }

  /** 32 random bits. */
  next32(): number {
    const s = this.state;
    const t = (((s[0] as number) + (s[1] as number)) | 0) + (s[3] as number);
    const result = t >>> 0;
    s[3] = (s[3] as number) + 1;
    s[0] = (s[1] as number) ^ ((s[1] as number) >>> 9);
    s[1] = (s[2] as number) + ((s[2] as number) << 3);
    s[2] = (((s[2] as number) << 21) | ((s[2] as number) >>> 11)) + result;
    return result;
  }

  /** 0 (included) to 1 (not). */
  uniform(): number {
    return (this.next32() >>> 8) / 2 ** 24;
  }

  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** Puts the list into a random order, in place (Fisher and Yates). */
  shuffle(list: Int32Array): void {
    for (let index = list.length - 1; index > 0; index -= 1) {
      const other = this.below(index + 1);
      const value = list[index] as number;
      list[index] = list[other] as number;
      list[other] = value;
    }
  }
}
