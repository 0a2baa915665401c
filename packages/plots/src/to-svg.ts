import { newDocument } from '#document';
import { plot, type PlotOptions } from '@observablehq/plot';

/** A swatch of the legend. */
export interface LegendEntry {
  readonly label: string;
  readonly color: string;
}

/** Options of Observable Plot; `color.legend` draws the legend of an ordinal color scale above the plot. */
export interface SvgOptions extends Omit<PlotOptions, 'title' | 'subtitle' | 'document'> {
  readonly title?: string;
  readonly subtitle?: string;
}

const rowHeight = 18;
const namespace = 'http://www.w3.org/2000/svg';

/**
 * Draws a plot of Observable Plot as one SVG, a text that stands by itself: title, subtitle and legend are inside,
 * the background is white. Works in Node.js and in browsers.
 */
export function toSvg({ title, subtitle, color, ...options }: SvgOptions): string {
  const document = newDocument();
  const { legend, ...scaleOptions } = color ?? {};
  const drawn = plot({
    ...options,
    style: { fontFamily: 'system-ui, sans-serif', fontSize: '11px', background: 'white', ...styleOf(options.style) },
    ...(color && { color: scaleOptions }),
    document,
  });
  const inner = drawn.tagName.toLowerCase() === 'svg' ? drawn : drawn.querySelector('svg')!;
  const scale = legend ? drawn.scale('color') : undefined;
  const entries = [...(scale?.domain ?? [])].map((value: unknown): LegendEntry => ({
    label: String(value),
    color: String(scale?.apply(value)),
  }));
  const width = Number(inner.getAttribute('width'));
  const height = Number(inner.getAttribute('height'));
  inner.setAttribute('xmlns', namespace);
  return framed(inner.outerHTML.replace(/ d="[^"]+"/g, rounded), { width, height, title, subtitle, entries });
}

/** Paths to a tenth of a pixel. */
function rounded(path: string): string {
  return path.replace(/\d+\.\d{2,}/g, (number) => String(Number(Number(number).toFixed(1))));
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  readonly entries?: readonly LegendEntry[];
}

/** A drawing of some size below its title, subtitle and legend, on white. */
export function framed(drawing: string, { width, height, title, subtitle, entries = [] }: Frame): string {
  const header = [
    ...(title === undefined ? [] : [textRow(title, 'font-size="14" font-weight="600"')]),
    ...(subtitle === undefined ? [] : [textRow(subtitle, 'font-size="11" fill="#555"')]),
    ...legendRows(entries, width),
  ];
  const top = header.length * rowHeight + (header.length > 0 ? 6 : 0);
  const rows = header.map((row, i) => `<g transform="translate(12,${(i + 1) * rowHeight - 3})">${row}</g>`);
  return [
    `<svg xmlns="${namespace}" width="${width}" height="${height + top}" viewBox="0 0 ${width} ${height + top}" `,
    `font-family="system-ui, sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="white"/>${rows.join('')}`,
    `<g transform="translate(0,${top})">${drawing}</g></svg>\n`,
  ].join('');
}

function styleOf(style: PlotOptions['style']): object {
  return typeof style === 'object' && style !== null ? style : {};
}

/** The swatches, in as many rows as the width asks for. A letter is taken to be 7 pixels wide. */
function legendRows(entries: readonly LegendEntry[], width: number): string[] {
  const rows: string[] = [];
  let x = Infinity;
  for (const { label, color } of entries) {
    const needed = 24 + 7 * label.length;
    if (x + needed > width - 24) {
      rows.push('');
      x = 0;
    }
    const swatch = `<rect x="${x}" y="-9" width="10" height="10" fill="${escape(color)}"/>`;
    rows[rows.length - 1] += `${swatch}<text x="${x + 14}">${escape(label)}</text>`;
    x += needed;
  }
  return rows;
}

/** @internal */
export function textRow(text: string, attributes: string): string {
  return `<text ${attributes}>${escape(text)}</text>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
}
