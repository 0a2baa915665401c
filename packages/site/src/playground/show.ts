import type { HostTensor } from 'adjoint';
import type { Elements } from './elements.js';
import type { Seen, View } from './lesson.js';
import { sheetOf } from './sheet.js';

/** Draws a view, the digit [1, 1, rows, columns] that it belongs to, and what is answered. */
export function show(elements: Elements, image: HostTensor, label: number, view: View): void {
  const { data: chances } = view.probabilities;
  const best = chances.indexOf(Math.max(...chances) as never);
  const percent = (100 * Number(chances[best])).toFixed(0);
  const pixels: HostTensor = { ...image, shape: image.shape.slice(1) };
  elements.answer.replaceChildren(figure(pixels, `A ${label}, taken for a ${best} (${percent} %)`, 12));
  elements.filters.replaceChildren(...figures(view.filters, 10));
  elements.activations.replaceChildren(...figures(view.activations, 6));
}

function figures(seen: readonly Seen[], zoom: number): HTMLElement[] {
  return seen.flatMap(({ name, values, gradient }) => [
    figure(values, name, zoom),
    figure(gradient, `∂ loss / ∂ ${name}`, zoom),
  ]);
}

/** A sheet of maps with a caption; a pixel becomes `zoom` pixels wide. */
function figure(maps: HostTensor, caption: string, zoom: number): HTMLElement {
  const { width, height, pixels } = sheetOf(maps);
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.style.width = `${width * zoom}px`;
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  const whole = document.createElement('figure');
  const text = Object.assign(document.createElement('figcaption'), { textContent: caption });
  whole.append(canvas, text);
  return whole;
}
