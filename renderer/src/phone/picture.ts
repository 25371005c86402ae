import { longestSide } from '../../../electron/core/pictureHead';

/** A picture ready to be sent, and how to show it. */
export interface Shot {
  readonly blob: Blob;
  readonly address: string;
}

const sentAsItIs = 3 * 1024 * 1024;
/** Twice as large as a frame: the last reduction is done by the road that all frames go. */
const sentSide = 2 * longestSide;
const quality = 0.95;

function load(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('unreadable'));
    image.src = address;
  });
}

function toJpeg(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', quality));
}

function draw(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  return canvas;
}

/** Reduces a picture (drawn upright, as browsers do) to the size that is sent; halving step by step keeps the mean of all pixels. */
function reduce(source: CanvasImageSource, width: number, height: number): HTMLCanvasElement {
  const factor = Math.min(1, sentSide / Math.max(width, height));
  const [goalWidth, goalHeight] = [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
  let [current, currentWidth, currentHeight] = [source, width, height];
  while (currentWidth / goalWidth > 2 && currentHeight / goalHeight > 2) {
    [currentWidth, currentHeight] = [Math.max(goalWidth, Math.round(currentWidth / 2)), Math.max(goalHeight, Math.round(currentHeight / 2))];
    current = draw(current, currentWidth, currentHeight);
  }
  return draw(current, goalWidth, goalHeight);
}

/**
 * Makes a picture of the camera fit for sending: upright, not too large, without its place and other data. A small one is
 * sent as it is, so that nothing of it is lost. Errors: an `Error` where the phone cannot read it.
 */
export async function prepare(file: File): Promise<Shot> {
  const address = URL.createObjectURL(file);
  try {
    const image = await load(address);
    const { naturalWidth: width, naturalHeight: height } = image;
    if (Math.max(width, height) <= longestSide && file.size <= sentAsItIs && /^image\/(jpeg|png|webp)$/.test(file.type)) return { blob: file, address };
    const blob = await toJpeg(reduce(image, width, height));
    URL.revokeObjectURL(address);
    return { blob, address: URL.createObjectURL(blob) };
  } catch (error) {
    URL.revokeObjectURL(address);
    throw error;
  }
}

/** The picture that a camera shows now. */
export async function shoot(video: HTMLVideoElement): Promise<Blob> {
  return toJpeg(reduce(video, video.videoWidth, video.videoHeight));
}
