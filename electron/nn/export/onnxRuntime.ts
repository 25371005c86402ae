import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { createRequire } from 'node:module';
import { UserError } from '../../core/errors';

type OnnxRuntime = { readonly InferenceSession: typeof InferenceSession; readonly Tensor: typeof Tensor };

let loaded: OnnxRuntime | null = null;

/** ONNX Runtime, loaded at the first call. Errors: `exports:noOnnxRuntime` where there is none for this system. */
function onnxRuntime(): OnnxRuntime {
  if (loaded) return loaded;
  try {
    loaded = createRequire(import.meta.url)('onnxruntime-node') as OnnxRuntime;
  } catch (error) {
    throw new UserError('exports:noOnnxRuntime', { reason: (error as Error).message.split('\n')[0] ?? '' }, { cause: error });
  }
  return loaded;
}

/** A loaded ONNX file with one input and one output. */
export interface OnnxSession {
  /** `count` pictures in the type that the input asks for. */
  predict(pictures: Uint8Array | Float32Array, count: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Loads an ONNX file. `shape`: of one picture. */
export async function openOnnx(file: string, shape: readonly number[]): Promise<OnnxSession> {
  const { InferenceSession: Session, Tensor: OnnxTensor } = onnxRuntime();
  const session = await Session.create(file, { logSeverityLevel: 3 });
  const [input, output] = [session.inputNames[0] as string, session.outputNames[0] as string];
  return {
    predict: async (pictures, count) => {
      const tensor = pictures instanceof Uint8Array ? new OnnxTensor('uint8', pictures, [count, ...shape]) : new OnnxTensor('float32', pictures, [count, ...shape]);
      const result = (await session.run({ [input]: tensor }))[output] as Tensor;
      return result.data as Float32Array;
    },
    release: () => session.release(),
  };
}
