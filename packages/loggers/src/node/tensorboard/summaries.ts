import { bytes, double, float, message, packedDoubles, whole, type Message } from './protobuf.js';

// The messages of TensorBoard's event files: tensorboard/compat/proto/{event,summary,histogram}.proto.

/** What an event holds. */
export interface EventContent {
  /** Updates done. */
  readonly step?: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly summary?: readonly Message[];
  readonly graph?: Message;
  readonly fileVersion?: string;
}

export function eventMessage({ step, wallTime, summary, graph, fileVersion }: EventContent): Message {
  return message(
    double(1, wallTime),
    ...(step ? [whole(2, step)] : []),
    ...(fileVersion === undefined ? [] : [bytes(3, fileVersion)]),
    ...(graph ? [bytes(4, graph)] : []),
    ...(summary ? [bytes(5, message(...summary.map((value) => bytes(1, value))))] : []),
  );
}

export function scalarValue(tag: string, value: number): Message {
  return message(bytes(1, tag), float(2, value));
}

/** An image as PNG. */
export interface PngImage {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colors. */
  readonly channels: 1 | 3;
  readonly png: Uint8Array;
}

export function imageValue(tag: string, { width, height, channels, png }: PngImage): Message {
  return message(
    bytes(1, tag),
    bytes(4, message(whole(1, height), whole(2, width), whole(3, channels), bytes(4, png))),
  );
}

/** A value that belongs to a plugin of TensorBoard, with its content in the description of the tag. */
export function pluginValue(tag: string, plugin: string, content: Message): Message {
  return message(bytes(1, tag), bytes(9, message(bytes(1, message(bytes(1, plugin), bytes(2, content))))));
}

const buckets = 40;

/** How numbers are spread, in buckets of equal width; those that are not finite are left out. */
export function histogramValue(tag: string, values: ArrayLike<number>): Message {
  let [count, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
    squares += value * value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  if (count === 0) [min, max] = [0, 0];
  const width = (max - min) / buckets;
  const counts = new Array<number>(width > 0 ? buckets : 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) counts[width > 0 ? Math.min(buckets - 1, Math.floor((value - min) / width)) : 0]!++;
  }
  const limits = counts.map((_, i) => (i === counts.length - 1 ? max : min + (i + 1) * width));
  return message(
    bytes(1, tag),
    bytes(
      5,
      message(
        ...[min, max, count, sum, squares].map((value, i) => double(i + 1, value)),
        packedDoubles(6, limits),
        packedDoubles(7, counts),
      ),
    ),
  );
}
