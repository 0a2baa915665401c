import type { OwnBytes } from '@adjoint/core';
import { AdjointError, isHostTensor, type HostTensor } from '@adjoint/core';
import {
  checkMaxBytes,
  count,
  custom,
  maxBytesOption,
  optional,
  schemaOf,
  string,
  validateOptions,
  valueText,
} from '@adjoint/core/options';

/** Sound: float32 `[channels, samples]` in [−1, 1], and how many samples a second has. */
export interface Sound {
  readonly samples: HostTensor;
  readonly sampleRate: number;
}

export interface EncodeWavOptions {
  /** Samples per second. */
  readonly sampleRate: number;
  /** Bits of a sample: 8, 16, 24 or 32 as whole numbers, or 'float32'; 16 if not given. */
  readonly format?: 8 | 16 | 24 | 32 | 'float32';
}

export interface DecodeWavOptions {
  /** Names the sound in errors, a path or an address. */
  readonly source?: string;
  /** Bytes that the samples may take in memory, 4 for each; any number if not given. */
  readonly maxBytes?: number;
}

const decodeOptions = schemaOf<DecodeWavOptions>({ source: optional(string), maxBytes: maxBytesOption });
const encodeOptions = schemaOf<EncodeWavOptions>({
  sampleRate: count,
  format: optional(
    custom<NonNullable<EncodeWavOptions['format']>>(
      (value) => ([8, 16, 24, 32, 'float32'] as unknown[]).includes(value),
      "8, 16, 24, 32 or 'float32'",
    ),
  ),
});

const [pcm, float, extensible] = [1, 3, 0xfffe];

/**
 * Reads a WAV file (RIFF WAVE): whole numbers of 8, 16, 24 or 32 bits, which are divided by 2^(bits − 1), and floats of 32 or
 * 64 bits.
 * Format: Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991; WAVEFORMATEXTENSIBLE.
 * @throws AdjointError `FILE_INVALID` for what is no such file, and for one that is compressed
 */
export function decodeWav(bytes: Uint8Array, options: DecodeWavOptions = {}): Sound {
  const { source = 'WAV data', maxBytes } = validateOptions(decodeOptions, options, 'decodeWav');
  if (!(bytes instanceof Uint8Array))
    throw new AdjointError('FILE_INVALID', `${source}: the bytes are ${valueText(bytes)}; give a Uint8Array.`);
  const invalid = (problem: string): AdjointError => new AdjointError('FILE_INVALID', `${source}: ${problem}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const nameAt = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (nameAt(0) !== 'RIFF' || nameAt(8) !== 'WAVE')
    throw invalid('it is no WAV file, since it does not begin with RIFF … WAVE');
  let format:
    | { readonly code: number; readonly channels: number; readonly rate: number; readonly bits: number }
    | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const [name, length] = [nameAt(at), view.getUint32(at + 4, true)];
    const start = at + 8;
    // Who writes a stream cannot know its length; the rest is the data then.
    const end = name === 'data' ? Math.min(start + length, bytes.length) : start + length;
    if (end > bytes.length) throw invalid(`the part '${name}' is cut off`);
    if (name === 'fmt ') {
      if (length < 16) throw invalid('its format is cut off');
      const code = view.getUint16(start, true);
      format = {
        code: code === extensible && length >= 26 ? view.getUint16(start + 24, true) : code,
        channels: view.getUint16(start + 2, true),
        rate: view.getUint32(start + 4, true),
        bits: view.getUint16(start + 14, true),
      };
    }
    if (name === 'data') {
      if (!format) throw invalid('its format is missing');
      const { code, channels, rate, bits } = format;
      const read = code === pcm ? readers.get(bits) : code === float ? floatReaders.get(bits) : undefined;
      if (!read || channels === 0)
        throw invalid(
          `its samples are of format ${code} with ${bits} bits in ${channels} channels; save it as 16-bit PCM or 32-bit float`,
        );
      const size = Math.floor((end - start) / (channels * (bits / 8)));
      checkMaxBytes(channels * size * 4, maxBytes, source);
      const data = new Float32Array(channels * size);
      for (let i = 0; i < size; i++)
        for (let c = 0; c < channels; c++) data[c * size + i] = read(view, start + ((i * channels + c) * bits) / 8);
      return { samples: { data, shape: [channels, size], dtype: 'float32' }, sampleRate: rate };
    }
    // Parts begin at even places.
    at = end + (length % 2);
  }
  throw invalid('it has no samples');
}

type Read = (view: DataView, at: number) => number;

const readers: ReadonlyMap<number, Read> = new Map<number, Read>([
  [8, (view, at) => (view.getUint8(at) - 128) / 128],
  [16, (view, at) => view.getInt16(at, true) / 2 ** 15],
  [24, (view, at) => (view.getUint8(at) + view.getInt16(at + 1, true) * 256) / 2 ** 23],
  [32, (view, at) => view.getInt32(at, true) / 2 ** 31],
]);
const floatReaders: ReadonlyMap<number, Read> = new Map<number, Read>([
  [32, (view, at) => view.getFloat32(at, true)],
  [64, (view, at) => view.getFloat64(at, true)],
]);

/**
 * Writes sound, `[channels, samples]` or `[samples]` in [−1, 1], as a WAV file; what is louder is clipped.
 * @throws AdjointError `OPTIONS_INVALID` for what is no such tensor
 */
export function encodeWav(samples: HostTensor, options: EncodeWavOptions): OwnBytes {
  const { sampleRate, format = 16 } = validateOptions(encodeOptions, options, 'encodeWav');
  if (!isHostTensor(samples) || samples.shape.length < 1 || samples.shape.length > 2)
    throw new AdjointError('OPTIONS_INVALID', 'encodeWav: takes a host tensor [channels, samples] or [samples].');
  const [size = 0, channels = 1] = [...samples.shape].reverse();
  const bits = format === 'float32' ? 32 : format;
  const frame = (channels * bits) / 8;
  const result = new Uint8Array(44 + frame * size + ((frame * size) % 2));
  const view = new DataView(result.buffer);
  result.set(new TextEncoder().encode('RIFF    WAVEfmt '));
  view.setUint32(4, result.length - 8, true);
  view.setUint32(16, 16, true);
  view.setUint16(20, format === 'float32' ? float : pcm, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * frame, true);
  view.setUint16(32, frame, true);
  view.setUint16(34, bits, true);
  result.set(new TextEncoder().encode('data'), 36);
  view.setUint32(40, frame * size, true);
  for (let i = 0; i < size; i++)
    for (let c = 0; c < channels; c++)
      writeSample(view, 44 + i * frame + (c * bits) / 8, samples.data[c * size + i] ?? 0, format);
  return result;
}

function writeSample(view: DataView, at: number, value: number, format: 8 | 16 | 24 | 32 | 'float32'): void {
  if (format === 'float32') return view.setFloat32(at, value, true);
  const scale = 2 ** (format - 1);
  const whole = Math.max(-scale, Math.min(scale - 1, Math.round(value * scale)));
  if (format === 8) view.setUint8(at, whole + 128);
  else if (format === 16) view.setInt16(at, whole, true);
  else if (format === 32) view.setInt32(at, whole, true);
  else {
    view.setUint8(at, whole & 255);
    view.setInt16(at + 1, whole >> 8, true);
  }
}
