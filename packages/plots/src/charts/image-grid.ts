import { framed, textRow } from '../to-svg.js';

/** Numbers as an image. */
export interface GridImage {
  readonly caption: string;
  /** Row by row, from the top; rows of equal length. */
  readonly values: readonly (readonly number[])[];
  /** Values shown as black and as white, or as full blue and full red; from the values themselves if not given. */
  readonly range?: readonly [lowest: number, highest: number];
  /** `greys` if not given; with `signed` 0 is white, what is below blue and what is above red. */
  readonly colors?: 'greys' | 'signed';
}

export interface ImageGridOptions {
  readonly title?: string;
  readonly subtitle?: string;
  /** Row by row. */
  readonly images: readonly (readonly GridImage[])[];
  /** Side of an image's longer edge in pixels; 112 if not given. */
  readonly side?: number;
}

const gap = 14;
const captionHeight = 16;
/** More shades than these can hardly be told apart, and each is a path. */
const shades = 32;

/** Images such as inputs, filters and feature maps in rows, pixel by pixel, each with its caption, as SVG. */
export function imageGrid({ title, subtitle, images, side = 112 }: ImageGridOptions): string {
  let [y, width] = [0, 0];
  const drawn = images.map((row) => {
    let x = gap;
    const cells = row.map((image) => {
      const [rows, columns] = [image.values.length, image.values[0]?.length ?? 0];
      const scale = side / Math.max(rows, columns, 1);
      const caption = `<g transform="translate(${x},${y + captionHeight - 4})">${textRow(image.caption, 'fill="#333"')}</g>`;
      const place = `translate(${x},${y + captionHeight}) scale(${round(scale)})`;
      // A letter is taken to be 6 pixels wide.
      x += Math.max(columns * scale, 6 * image.caption.length) + gap;
      const border = `<rect width="${columns}" height="${rows}" fill="none" stroke="#999" stroke-width="${round(1 / scale)}"/>`;
      return `${caption}<g transform="${place}">${pixels(image)}${border}</g>`;
    });
    const rowHeight = Math.max(...row.map(({ values }) => heightOf(values, side)));
    y += captionHeight + rowHeight + gap;
    width = Math.max(width, x);
    return cells.join('');
  });
  // So wide that the words above have room, too.
  const words = Math.max(8 * (title ?? '').length, 6 * (subtitle ?? '').length) + 2 * gap;
  return framed(drawn.join(''), { width: Math.ceil(Math.max(width, words)), height: Math.ceil(y), title, subtitle });
}

function heightOf(values: GridImage['values'], side: number): number {
  const columns = values[0]?.length ?? 0;
  return (values.length * side) / Math.max(values.length, columns, 1);
}

/** One path for each shade, of the runs of pixels that have it. */
function pixels({ values, range, colors = 'greys' }: GridImage): string {
  const all = values.flat();
  const isSigned = colors === 'signed';
  const greatest = Math.max(...all.map(Math.abs), Number.MIN_VALUE);
  const [lowest, highest] = range ?? (isSigned ? [-greatest, greatest] : [Math.min(...all), Math.max(...all)]);
  const shadeOf = (value: number): number => {
    const share = highest > lowest ? (value - lowest) / (highest - lowest) : 0.5;
    return Math.round(Math.min(1, Math.max(0, share)) * shades);
  };
  const runs = new Map<number, string>();
  values.forEach((row, i) => {
    const found = row.map(shadeOf);
    for (let from = 0; from < found.length;) {
      const shade = found[from]!;
      let to = from + 1;
      while (found[to] === shade) to++;
      // Rows overlap a little, so that no seams show between them.
      runs.set(shade, `${runs.get(shade) ?? ''}M${from} ${i + 0.5}h${to - from}`);
      from = to;
    }
  });
  return Array.from(
    runs,
    ([shade, path]) => `<path d="${path}" stroke="${colorOf(shade / shades, isSigned)}" stroke-width="1.03"/>`,
  ).join('');
}

/** From black to white, or from blue over white to red. */
function colorOf(share: number, isSigned: boolean): string {
  const byte = (value: number): number => Math.round(255 * value);
  if (!isSigned) return `rgb(${byte(share)},${byte(share)},${byte(share)})`;
  const strength = Math.abs(2 * share - 1);
  const [red, green, blue] = share > 0.5 ? [0.79, 0.13, 0.15] : [0.1, 0.35, 0.7];
  return `rgb(${[red, green, blue].map((part) => byte(1 + strength * (part - 1))).join()})`;
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
