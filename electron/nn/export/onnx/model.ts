import type { Architecture, Layer, Preprocessing, Weights, WeightRole } from '../../../core/architecture';
import { layerInputs, outputShapes, shapeOfInput, weightSpecs, type Shape } from '../../../core/shapes';
import type { ExportedModel } from '../kerasFiles';
import { sidecarText } from '../sidecar';
import { OnnxBuilder } from './builder';
import { writeLayer } from './layers';
import { onnxBytes, type OnnxValue } from './proto';

// Opset 13 (2021) has all that is needed, and every runtime of today reads it.
const [opset, irVersion] = [13, 7];

/** uint8 RGB [n, height, width, 3] -> what the first layer reads, [n, channels, height, width]. */
function preprocess(g: OnnxBuilder, pixels: string, { colour, scale, offset }: Preprocessing): string {
  let x = g.op('Cast', 'preprocessing/float', [pixels], { to: { int: 1 } });
  x = g.op('Transpose', 'preprocessing/channelsFirst', [x], { perm: { ints: [0, 3, 1, 2] } });
  // The luma of RGB is a convolution of single pixels with one kernel.
  if (colour === 'luma') x = g.op('Conv', 'preprocessing/luma', [x, g.floats('preprocessing/lumaShares', [1, 3, 1, 1], Float32Array.of(0.299, 0.587, 0.114))]);
  if (scale !== 1) x = g.op('Mul', 'preprocessing/scaled', [x, g.float('preprocessing/scale', scale)]);
  return offset === 0 ? x : g.op('Add', 'preprocessing/shifted', [x, g.float('preprocessing/offset', offset)]);
}

function writeLayers(g: OnnxBuilder, architecture: Architecture, weights: Weights, first: string): string {
  const inputShape = shapeOfInput(architecture.input);
  const shapes = outputShapes(architecture);
  const inputs = layerInputs(architecture);
  const specs = new Map(weightSpecs(architecture).map((spec) => [spec.name, spec]));
  const values = new Map<string | null, string>([[null, first]]);
  for (const layer of architecture.layers) {
    const read = inputs.get(layer.name) ?? [];
    const context = {
      g,
      inputShapes: read.map((name): Shape => (name === null ? inputShape : (shapes.get(name) as Shape))),
      outputShape: shapes.get(layer.name) as Shape,
      weight: (role: WeightRole) => ({ shape: specs.get(`${layer.name}/${role}`)?.shape as Shape, values: weights.get(`${layer.name}/${role}`) as Float32Array }),
    };
    values.set(layer.name, writeLayer(context, layer, read.map((name) => values.get(name) as string)));
  }
  const last = architecture.layers.at(-1) as Layer;
  return g.toKeras('rows', values.get(last.name) as string, shapes.get(last.name) as Shape);
}

/** True where an ONNX file of this model takes pictures and does the preprocessing itself. */
export function takesPictures({ sidecar: { input, preprocessing } }: Pick<ExportedModel, 'sidecar'>): boolean {
  return preprocessing !== null && !input.vector && input.channels === (preprocessing.colour === 'luma' ? 1 : 3);
}

/**
 * An ONNX file (opset 13). With a known preprocessing its input `image` is uint8 RGB [n, height, width, 3] and luma and
 * scaling are operations of the graph; without, `input` is float32 [n, height, width, channels] as the first layer reads
 * it. The output is `probabilities` [n, classes]. Class names and the rest are in `metadata_props`.
 */
export function onnxFile(model: ExportedModel): Uint8Array {
  const { architecture, weights, sidecar } = model;
  const { height, width } = architecture.input;
  const inputShape = shapeOfInput(architecture.input);
  const g = new OnnxBuilder();
  const pictures = takesPictures(model);
  const input: OnnxValue = pictures ? { name: 'image', type: 'uint8', shape: ['batch', height, width, 3] } : { name: 'input', type: 'float', shape: ['batch', ...inputShape] };
  const first = pictures ? preprocess(g, input.name, sidecar.preprocessing as Preprocessing) : g.toOnnx('channelsFirst', input.name, inputShape);
  const last = writeLayers(g, architecture, weights, first);
  g.nodes.push({ type: 'Identity', name: 'probabilities', inputs: [last], output: 'probabilities', attributes: {} });
  const outputShape = outputShapes(architecture).get(architecture.layers.at(-1)?.name ?? '') as Shape;
  return onnxBytes({
    opset,
    irVersion,
    producer: { name: 'Graft', version: sidecar.createdBy.replace(/^Graft /, '') },
    name: architecture.name,
    description: pictures ? 'Takes upright uint8 RGB pictures of the input size, values 0 to 255.' : 'Takes pictures as the first layer reads them.',
    input,
    output: { name: 'probabilities', type: 'float', shape: ['batch', ...outputShape] },
    nodes: g.nodes,
    tensors: g.tensors,
    metadata: { classNames: JSON.stringify(sidecar.classNames), graft: sidecarText({ ...sidecar, preprocessingInside: pictures }) },
  });
}
