import type { Architecture, Weights, WeightSpec } from '../core/architecture';
import { Random } from '../core/random';
import { sizeOf, weightSpecs } from '../core/shapes';

/** Fans of a kernel as Keras counts them: receptive field times channels. */
function fans(spec: WeightSpec): readonly [number, number] {
  const { shape } = spec;
  if (shape.length === 2) return [shape[0] as number, shape[1] as number];
  const field = (shape[0] as number) * (shape[1] as number);
  return [field * (shape[2] as number), field * (shape[3] as number)];
}

/** Fresh values of one weight: Glorot uniform for kernels (Glorot and Bengio 2010), the usual constants for the rest. */
export function initialWeight(spec: WeightSpec, random: Random): Float32Array {
  const values = new Float32Array(sizeOf(spec.shape));
  switch (spec.role) {
    case 'kernel':
    case 'depthwise_kernel':
    case 'pointwise_kernel': {
      const [incoming, outgoing] = fans(spec);
      const limit = Math.sqrt(6 / (incoming + outgoing));
      for (let index = 0; index < values.length; index += 1) values[index] = (random.uniform() * 2 - 1) * limit;
      return values;
    }
    case 'gamma':
    case 'moving_variance':
      return values.fill(1);
    default:
      return values;
  }
}

/** Fresh weights of a whole architecture, by seed. */
export function initialWeights(architecture: Architecture, seed: number): Weights {
  const random = Random.seeded(seed, 11);
  return new Map(weightSpecs(architecture).map((spec) => [spec.name, initialWeight(spec, random)]));
}
