import type { Architecture } from '../../core/architecture';
import { UserError } from '../../core/errors';
import type { DistillationOptions } from '../graph/losses';
import { GraphSession, type Teaching } from '../graph/session';
import { loadModel } from '../modelFiles';
import { resizeArea, toBytes } from '../pixels';

/** An old model that looks at the same pictures as the new one, and says what it thinks of them. */
export class Teacher {
  private constructor(
    private readonly session: GraphSession,
    private readonly student: Architecture,
    /** Pairs of class index: the teacher's and the student's. */
    private readonly shared: readonly (readonly [number, number])[],
    private readonly share: number,
    private readonly temperature: number,
  ) {}

  /**
   * Loads a teacher for a network with these classes; classes are paired by name, and only those of both are taught.
   * `share`: m, that of the teacher in the loss of a frame with a label. Errors: `training:teacherOfOthers`, `models:*`.
   */
  static async open(folder: string, student: Architecture, classNames: readonly string[], share: number, temperature: number): Promise<Teacher> {
    const model = loadModel(folder);
    const shared = model.classNames.flatMap((name, index) => (classNames.includes(name) ? [[index, classNames.indexOf(name)] as const] : []));
    // One answer alone, renormalised, is always certain: it would teach nothing.
    if (shared.length < 2) throw new UserError('training:teacherOfOthers', { known: model.classNames.join(', '), wanted: classNames.join(', ') });
    return new Teacher(await GraphSession.create(model.architecture, model.preprocessing, model.weights, false), student, shared, share, temperature);
  }

  get options(): DistillationOptions {
    return { temperature: this.temperature, classes: this.shared.map(([, student]) => student) };
  }

  /** The pictures at the size that the teacher sees, by area mean: the very same crop, as the student gets it. */
  private view(pixels: Uint8Array, count: number): Uint8Array {
    const from = this.student.input;
    const to = this.session.architecture.input;
    if (from.height === to.height && from.width === to.width) return pixels;
    const [size, seen] = [from.height * from.width * 3, to.height * to.width * 3];
    const result = new Uint8Array(count * seen);
    for (let k = 0; k < count; k += 1) result.set(toBytes(resizeArea({ width: from.width, height: from.height, data: pixels.subarray(k * size, (k + 1) * size) }, to.height, to.width)), k * seen);
    return result;
  }

  /** What it says about a batch (uint8 RGB of the student's size); frames without a label (-1) are the teacher's alone. */
  teach(pixels: Uint8Array, labels: Int32Array): Teaching {
    const { logits, classes } = this.session.predict(this.view(pixels, labels.length), labels.length);
    const chosen = new Float32Array(labels.length * this.shared.length);
    for (let k = 0; k < labels.length; k += 1) this.shared.forEach(([index], column) => (chosen[k * this.shared.length + column] = logits[k * classes + index] as number));
    return { logits: chosen, shares: Float32Array.from(labels, (label) => (label < 0 ? 1 : this.share)) };
  }

  dispose(): void {
    this.session.dispose();
  }
}
