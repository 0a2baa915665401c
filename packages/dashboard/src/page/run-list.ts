import type { RunData } from '../view/run-data.js';
import { element } from './elements.js';

/** What is chosen among the runs. */
export interface Selection {
  /** Drawn together. */
  readonly shown: Set<string>;
  /** Looked at by itself. */
  focus: string | undefined;
  /** Whether somebody has chosen; until then it is the newest run with those that it belongs to. */
  isOwn: boolean;
}

/** The runs, to be chosen from. */
export function runList(
  runs: readonly RunData[],
  selection: Selection,
  colorOf: (run: RunData) => string,
  onChange: () => void,
): HTMLElement {
  const entry = (run: RunData): HTMLElement => {
    const box = element('input', {
      type: 'checkbox',
      checked: selection.shown.has(run.name),
      'aria-label': `show ${run.name}`,
      onchange: () => {
        selection.isOwn = true;
        if (box.checked) selection.shown.add(run.name);
        else selection.shown.delete(run.name);
        onChange();
      },
    });
    const swatch = element('span', { class: 'swatch' });
    swatch.style.background = selection.shown.has(run.name) ? colorOf(run) : 'transparent';
    const open = element(
      'button',
      {
        class: run.name === selection.focus ? 'focus' : '',
        onclick: () => {
          [selection.focus, selection.isOwn] = [run.name, true];
          selection.shown.add(run.name);
          onChange();
        },
      },
      run.name,
    );
    return element(
      'li',
      { 'data-run': run.name, 'data-status': run.status },
      element('div', {}, box, swatch, open),
      element('small', {}, stateText(run)),
    );
  };
  return element('ul', {}, ...runs.map(entry));
}

function stateText(run: RunData): string {
  const { status, epoch, epochs } = run;
  const figures = ['validation/loss', 'validation/accuracy', 'epoch/loss']
    .flatMap((curve) => {
      const value = run.last(curve);
      return value === undefined ? [] : [`${curve.replace('epoch/', '').replace('/', ' ')} ${value.toPrecision(4)}`];
    })
    .slice(0, 2);
  return [status === 'completed' ? `${epoch} epochs` : `${status}, epoch ${epoch}/${epochs}`, ...figures].join(' · ');
}
