import type { Place } from '../view/run-data.js';
import { element } from './elements.js';

/** How curves are drawn. */
export interface View {
  place: Place;
  smoothing: number;
  logarithmic: boolean;
}

/** The controls over the charts. */
export function controls(view: View, onChange: () => void): HTMLElement {
  const shown = element('output', {}, view.smoothing.toFixed(2));
  const smoothing = element('input', {
    type: 'range',
    id: 'smoothing',
    min: 0,
    max: 0.99,
    step: 0.01,
    value: view.smoothing,
    oninput: () => {
      view.smoothing = Number(smoothing.value);
      shown.textContent = view.smoothing.toFixed(2);
      onChange();
    },
  });
  const place = element(
    'select',
    {
      id: 'place',
      onchange: () => {
        view.place = place.value as Place;
        onChange();
      },
    },
    ...(['step', 'epoch', 'seconds'] as const).map((name) => element('option', { value: name }, name)),
  );
  const logarithmic = element('input', {
    type: 'checkbox',
    id: 'logarithmic',
    onchange: () => {
      view.logarithmic = logarithmic.checked;
      onChange();
    },
  });
  return element(
    'div',
    { class: 'controls' },
    element('label', {}, 'smoothing ', smoothing, shown),
    element('label', {}, 'over ', place),
    element('label', {}, logarithmic, ' logarithmic'),
  );
}
