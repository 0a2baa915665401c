import type { HostTensor } from 'adjoint';
import { add, type Elements } from './elements.js';
import type { Seen, View } from './lesson.js';
import { ink, sheetOf } from './sheet.js';

/** Draws a view, the digit [1, 1, rows, columns] that it belongs to, and what is answered. */
export function show(elements: Elements, image: HostTensor, label: number, view: View): void {
  const chances = Array.from(view.probabilities.data, Number);
  const best = chances.indexOf(Math.max(...chances));
  const { answer, filters, activations } = elements;
  answer.replaceChildren();
  drawSheet(answer, { ...image, shape: image.shape.slice(1) }, `A ${label}, taken for a ${best}`, ink);
  const list = add(answer, 'ul', '', 'chances');
  chances.forEach((chance, digit) => {
    const percent = `${(100 * chance).toFixed(0)} %`;
    const item = add(list, 'li', '', digit === label ? 'right' : '');
    add(item, 'span', String(digit));
    add(add(item, 'span', '', 'track'), 'span').style.width = percent.replace(' ', '');
    add(item, 'span', percent);
  });
  drawAll(filters, view.filters);
  drawAll(activations, view.activations);
}

function drawAll(parent: HTMLElement, all: readonly Seen[]): void {
  parent.replaceChildren();
  if (all.length === 0) add(parent, 'p', 'There are none: no layer of this network is a convolution of images.');
  for (const { name, values, gradient } of all) {
    drawSheet(parent, values, name);
    drawSheet(parent, gradient, `gradient of the loss by ${name}`);
  }
}

/** Two sheets fit beside each other, one on a telephone; the pixels of small ones are not larger than these. */
const [widest, largestPixel] = [300, 12];

/** A sheet of maps with a caption. */
function drawSheet(parent: HTMLElement, maps: HostTensor, name: string, paint?: typeof ink): void {
  const { width, height, most, pixels } = sheetOf(maps, paint);
  const caption = paint ? name : `${name}, up to ±${Number(most.toPrecision(2))}`;
  const figure = add(parent, 'figure');
  const canvas = Object.assign(add(figure, 'canvas'), { width, height });
  canvas.style.width = `${width * Math.max(1, Math.min(largestPixel, Math.floor(widest / width)))}px`;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', caption);
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  add(figure, 'figcaption', caption);
}
