import { UserError } from '../../core/errors';

/** Numbers of a `.npy` file, row-major. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const mostValues = 500_000_000;

/** The numbers of a `.npy` file of NumPy: float32, float64 or whole numbers. Errors: `models:badNpy` with what is wrong. */
export function parseNpy(bytes: Uint8Array, file: string): NpyArray {
  const bad = (problem: string): UserError => new UserError('models:badNpy', { file, problem });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || bytes[0] !== 0x93 || Buffer.from(bytes.subarray(1, 6)).toString('latin1') !== 'NUMPY') throw bad('no NumPy header');
  const long = (bytes[6] ?? 1) > 1;
  if (long && bytes.length < 12) throw bad('cut off');
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) throw bad('cut off');
  const header = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? '';
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (shapeText === undefined) throw bad('no shape');
  if (/'fortran_order':\s*True/.test(header)) throw bad('Fortran order (save it with np.ascontiguousarray)');
  const shape = shapeText.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const count = shape.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count) || count < 0 || count > mostValues) throw bad(`shape (${shapeText})`);
  const readers: Readonly<Record<string, readonly [number, (at: number) => number]>> = {
    '<f4': [4, (at) => view.getFloat32(at, true)], '<f8': [8, (at) => view.getFloat64(at, true)], '|u1': [1, (at) => view.getUint8(at)], '<i4': [4, (at) => view.getInt32(at, true)], '<i8': [8, (at) => Number(view.getBigInt64(at, true))],
  };
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (!reader) throw bad(`type ${type || '?'} (float32 is expected)`);
  const [width, read] = reader;
  if (start + length + count * width > bytes.length) throw bad('cut off');
  const values = new Float32Array(count);
  for (let index = 0; index < count; index += 1) values[index] = read(start + length + index * width);
  return { shape, values };
}

/** A float32 `.npy` file. */
export function npyBytes({ shape, values }: NpyArray): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = `${text}${' '.repeat(63 - ((10 + text.length) % 64))}\n`;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
}
