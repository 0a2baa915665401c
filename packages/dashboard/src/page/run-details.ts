import type { ExamplesFile } from '@adjoint/loggers/node';
import { confusionChart, confusionOf, kernelChart } from '../view/charts.js';
import type { RunData } from '../view/run-data.js';
import { chartElement, element } from './elements.js';

/** What there is to see of one run: what it was told, its classes, its kernels. `cell` is the chosen pair of classes. */
export function runDetails(
  run: RunData,
  examples: ExamplesFile | undefined,
  cell: Cell | undefined,
  onCell: (cell: Cell) => void,
): HTMLElement {
  const { hyperparameters, summary } = run.metadata;
  const kernels = kernelChart(run);
  return element(
    'section',
    { id: 'details' },
    element('h2', {}, run.name),
    ...(run.detail === undefined ? [] : [element('p', { class: 'warning' }, `${run.status}: ${run.detail}`)]),
    ...run.warnings.map((warning) => element('p', { class: 'warning' }, warning)),
    element(
      'div',
      { class: 'facts' },
      element(
        'table',
        {},
        ...Object.entries(hyperparameters).map(([name, value]) =>
          element('tr', {}, element('th', {}, name), element('td', {}, String(value))),
        ),
      ),
      ...(summary === undefined ? [] : [element('pre', {}, summary)]),
    ),
    ...confusion(run, examples, cell, onCell),
    ...(kernels ? [chartElement(kernels)] : []),
  );
}

/** A pair of classes: row and column of the confusion matrix. */
export interface Cell {
  readonly truth: number;
  readonly predicted: number;
}

function confusion(
  run: RunData,
  examples: ExamplesFile | undefined,
  cell: Cell | undefined,
  onCell: (cell: Cell) => void,
): HTMLElement[] {
  const [chart, table] = [confusionChart(run), confusionOf(run)];
  if (!chart || !table) return [];
  const figure = chartElement(chart);
  [...figure.querySelectorAll('g[aria-label="cell"] rect')].forEach((rect, i) => {
    const own = { truth: Math.floor(i / table.length), predicted: i % table.length };
    rect.setAttribute('data-cell', `${own.truth},${own.predicted}`);
    rect.addEventListener('click', () => onCell(own));
  });
  // The numbers lie over the cells.
  for (const text of figure.querySelectorAll<SVGElement>('g[aria-label="text"]')) text.style.pointerEvents = 'none';
  return [element('div', { class: 'confusion' }, figure, imagesOf(run, examples, cell))];
}

function imagesOf(run: RunData, examples: ExamplesFile | undefined, cell: Cell | undefined): HTMLElement {
  if (!examples) return element('p', {}, 'Images come when the run is over.');
  if (!cell) return element('p', {}, `Choose a cell to see images of it, of the first ${examples.examples} examples.`);
  const nameOf = (index: number): string => run.metadata.classes?.[index] ?? String(index);
  const found = examples.cells.find(({ truth, predicted }) => truth === cell.truth && predicted === cell.predicted);
  const title = `${nameOf(cell.truth)}, taken for ${nameOf(cell.predicted)}: ${found?.count ?? 0} of the first ${examples.examples}`;
  return element(
    'div',
    { id: 'images' },
    element('p', {}, title),
    ...(found?.examples ?? []).map(({ index, image }) =>
      element('img', {
        src: image.startsWith('data:image/png;') ? image : '',
        alt: `example ${index}`,
        title: `example ${index}`,
      }),
    ),
  );
}
