import { augmentationNumbers, drawAugmentation, type AugmentationConfig } from '../core/augmentation';
import type { Crop } from '../core/clips';
import { augmentPicture } from './augment';
import { pixelsOfFile } from './pixels';
import { tensorflow } from './tensorflow';

export interface AugmentOutcome {
  readonly kind: 'augment';
  readonly pictures: readonly Uint8Array[];
}

/** One frame as the first `count` epochs of a training would see it, as PNG files. Errors: `clips:*`, `predictions:*` for an unreadable picture. */
export async function augmentPreview(request: { readonly file: string; readonly crop?: Crop | null; readonly height: number; readonly width: number; readonly augmentation: AugmentationConfig; readonly seed: number; readonly frameId: number; readonly count: number }): Promise<AugmentOutcome> {
  const { file, crop, height, width, augmentation, seed, frameId, count } = request;
  const tf = tensorflow();
  const pixels = pixelsOfFile(file, height, width, crop);
  const numbers = new Float64Array(augmentationNumbers);
  const target = new Uint8ClampedArray(pixels.length);
  const pictures: Uint8Array[] = [];
  for (let epoch = 0; epoch < count; epoch += 1) {
    drawAugmentation(augmentation, seed, epoch, frameId, 0, height, width, numbers, 0);
    augmentPicture(pixels, 0, target, 0, height, width, numbers, 0, new Int32Array(height * width));
    const tensor = tf.tensor3d(Int32Array.from(target), [height, width, 3], 'int32');
    try {
      pictures.push(Uint8Array.from(await tf.node.encodePng(tensor)));
    } finally {
      tensor.dispose();
    }
  }
  return { kind: 'augment', pictures };
}
