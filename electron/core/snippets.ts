import type { InputShape, Preprocessing } from './architecture';
import type { ModelFormat } from './exports';

/** What a snippet is written for. */
export interface SnippetWish {
  readonly format: ModelFormat;
  /** Name of the exported file, or of the tfjs folder. */
  readonly file: string;
  readonly input: InputShape;
  readonly preprocessing: Preprocessing;
  readonly classNames: readonly string[];
}

/** A number as both languages write it, with all digits that matter. */
const number = (value: number): string => String(value);

/** Reading a picture in Python as the studio does: upright, area mean, rounded to bytes. */
function pythonPixels({ input }: SnippetWish): string {
  return `def shares(old, new):
    """Each new pixel is the mean of the old pixels that it covers."""
    edges, cells = np.arange(new + 1) * old / new, np.arange(old)
    return np.clip(np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells), 0, None) * new / old


def pixels(file):
    picture = np.asarray(ImageOps.exif_transpose(Image.open(file)).convert("RGB"), np.float64)
    rows, columns = shares(picture.shape[0], ${input.height}), shares(picture.shape[1], ${input.width})
    return np.floor(np.einsum("ij,jkc,lk->ilc", rows, picture, columns) + 0.5).astype(np.uint8)`;
}

function pythonInput({ preprocessing: { colour, scale, offset } }: SnippetWish): string {
  const luma = colour === 'luma' ? '\nx = (x * np.float32([0.299, 0.587, 0.114])).sum(-1, keepdims=True)' : '';
  return `x = pixels(sys.argv[1]).astype(np.float32)${luma}\nx = x * np.float32(${number(scale)}) + np.float32(${number(offset)})`;
}

const pythonEnd = 'for name, score in sorted(zip(classes, scores), key=lambda pair: -pair[1]):\n    print(f"{score:.4f} {name}")';

function kerasSnippet(wish: SnippetWish): string {
  return `# pip install keras tensorflow pillow      python this.py photo.jpg
import sys

import keras
import numpy as np
from PIL import Image, ImageOps

classes = ${JSON.stringify(wish.classNames)}


${pythonPixels(wish)}


model = keras.saving.load_model(${JSON.stringify(wish.file)}, compile=False)
${pythonInput(wish)}
scores = np.asarray(model(x[None], training=False))[0]
${pythonEnd}

# To go on training it:
# model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
# model.fit(pictures, labels)
`;
}

function onnxSnippet(wish: SnippetWish): string {
  return `# pip install onnxruntime numpy pillow      python this.py photo.jpg
import json
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps


${pythonPixels(wish)}


model = onnxruntime.InferenceSession(${JSON.stringify(wish.file)})
classes = json.loads(model.get_modelmeta().custom_metadata_map["classNames"])
# Gray and scaling are part of the file: it takes the bytes of the picture.
scores = model.run(None, {"image": pixels(sys.argv[1])[None]})[0][0]
${pythonEnd}
`;
}

// Not spelt out: it is the program's text that loads, not this file.
const load = 'require';

function tfjsSnippet({ file, input, preprocessing: { colour, scale, offset }, classNames }: SnippetWish): string {
  const luma = colour === 'luma' ? '\n  x = x.mul([0.299, 0.587, 0.114]).sum(-1, true);' : '';
  return `// npm install @tensorflow/tfjs-node      node this.cjs photo.jpg
// In a page: tf.loadLayersModel("${file}/model.json") and tf.browser.fromPixels(image) instead of the two lines with tf.node and file://.
const fs = ${load}("fs");
const tf = ${load}("@tensorflow/tfjs-node");

const classes = ${JSON.stringify(classNames)};

// Each new pixel is the mean of the old pixels that it covers.
function shares(old, size) {
  const cell = (i, j) => Math.max(0, Math.min(((i + 1) * old) / size, j + 1) - Math.max((i * old) / size, j)) * (size / old);
  return tf.tensor2d(Array.from({ length: size }, (_, i) => Array.from({ length: old }, (_, j) => cell(i, j))));
}

async function main() {
  const model = await tf.loadLayersModel("file://" + ${load}("path").resolve(${JSON.stringify(file)}, "model.json"));
  const picture = tf.node.decodeImage(fs.readFileSync(process.argv[2]), 3).toFloat();
  const [height, width] = picture.shape;
  const rows = tf.matMul(shares(height, ${input.height}), picture.reshape([height, width * 3])).reshape([${input.height}, width, 3]);
  const small = tf.matMul(shares(width, ${input.width}), rows.transpose([1, 0, 2]).reshape([width, ${input.height} * 3])).reshape([${input.width}, ${input.height}, 3]).transpose([1, 0, 2]);
  let x = small.add(0.5).floor();${luma}
  x = x.mul(${number(scale)}).add(${number(offset)});
  const scores = await model.predict(x.expandDims(0)).data();
  for (const [name, score] of classes.map((name, k) => [name, scores[k]]).sort((a, b) => b[1] - a[1])) console.log(score.toFixed(4), name);
}

main();
`;
}

/** A program that asks an exported model about a picture, with the same pixels as the studio. Python; JavaScript for tfjs. */
export function snippet(wish: SnippetWish): string {
  switch (wish.format) {
    case 'keras':
    case 'h5':
      return kerasSnippet(wish);
    case 'onnx':
      return onnxSnippet(wish);
    case 'tfjs':
      return tfjsSnippet(wish);
  }
}
