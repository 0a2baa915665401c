import { AdjointError, type Shape } from '@adjoint/core';

/** What the header of an array says. */
export interface NpyHeader {
  /** Byte order, kind and bytes of an element, such as `<f4`. */
  readonly descriptor: string;
  readonly shape: Shape;
  /** Whether the first axis runs fastest. */
  readonly isFortran: boolean;
  /** Where the elements begin, in bytes. */
  readonly start: number;
}

/** No array has as many axes that its header would be longer. */
const longestHeader = 2 ** 16;

/** A Python dictionary whose values are texts, True and False, and tuples of whole numbers: what the format allows. */
const entry = /^\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"]*)\3|(True|False)|\(([\d\s,L]*)\)|(\[[^]*\]))\s*(?:,|$)/;

/** @throws AdjointError `FILE_INVALID` where the bytes do not begin with a header of version 1, 2 or 3 */
export function readNpyHeader(bytes: Uint8Array, source: string): NpyHeader {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (!magic.every((byte, i) => bytes[i] === byte))
    throw invalid(source, 'it is no .npy file, since it does not begin with \\x93NUMPY');
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw invalid(source, `its version is ${version}; 1, 2 and 3 can be read`);
  const begin = version === 1 ? 10 : 12;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = bytes.length < begin ? Infinity : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (begin + length > bytes.length || length > longestHeader)
    throw invalid(source, `its header is cut off or too long: the file has ${bytes.length} bytes`);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(begin, begin + length));
  const fields = readDictionary(text, source);
  const descriptor = fields.get('descr');
  const order = fields.get('fortran_order');
  const shape = fields.get('shape');
  if (descriptor?.startsWith('['))
    throw invalid(source, 'its elements are records of several fields; save each field as an array of its own');
  if (descriptor === undefined || shape === undefined || (order !== 'True' && order !== 'False') || fields.size !== 3)
    throw invalid(source, "its header must have 'descr', 'fortran_order' and 'shape', and nothing else");
  const extents = shape.split(',').filter((part) => part.trim() !== '');
  const numbers = extents.map((part) => Number(part.trim().replace(/L$/, '')));
  if (!numbers.every((extent) => Number.isSafeInteger(extent)))
    throw invalid(source, `its shape is (${shape.slice(0, 60)}), which are no whole numbers`);
  return { descriptor, shape: numbers, isFortran: order === 'True', start: begin + length };
}

function readDictionary(text: string, source: string): Map<string, string> {
  const inner = /^\s*\{([^]*)\}\s*$/.exec(text)?.[1];
  const fields = new Map<string, string>();
  let rest = inner;
  while (rest !== undefined && rest.trim() !== '') {
    const found = entry.exec(rest);
    const key = found?.[2];
    if (!found || key === undefined || fields.has(key)) {
      rest = undefined;
      break;
    }
    fields.set(key, found[4] ?? found[5] ?? found[6] ?? found[7] ?? '');
    rest = rest.slice(found[0].length);
  }
  if (rest === undefined) throw invalid(source, `its header is no dictionary: ${text.slice(0, 80)}`);
  return fields;
}

function invalid(source: string, problem: string): AdjointError {
  return new AdjointError('FILE_INVALID', `${source}: ${problem}. Use another copy of the file.`);
}
