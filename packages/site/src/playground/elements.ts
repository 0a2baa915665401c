/** What the page is made of. */
export interface Elements {
  readonly editor: HTMLTextAreaElement;
  /** What is wrong with the network. */
  readonly message: HTMLElement;
  readonly train: HTMLButtonElement;
  readonly step: HTMLButtonElement;
  readonly restart: HTMLButtonElement;
  readonly another: HTMLButtonElement;
  /** Steps between two pictures. */
  readonly speed: HTMLSelectElement;
  readonly seed: HTMLInputElement;
  readonly status: HTMLElement;
  /** The digit and the answer to it. */
  readonly answer: HTMLElement;
  readonly curves: HTMLElement;
  readonly filters: HTMLElement;
  readonly activations: HTMLElement;
}

/** Builds the empty page. */
export function elementsIn(root: HTMLElement): Elements {
  const label = add(root, 'label', 'Layers, as JSON (Ctrl + Enter starts anew with them)');
  const editor = add(label, 'textarea');
  editor.spellcheck = false;
  const message = add(root, 'p', '', 'error');
  message.id = 'playground-error';
  message.setAttribute('role', 'alert');
  editor.setAttribute('aria-describedby', message.id);

  const controls = add(root, 'div', '', 'controls');
  const train = add(controls, 'button', 'Train', 'train');
  const step = add(controls, 'button', 'One step', 'step');
  const restart = add(controls, 'button', 'Start anew with these layers', 'restart');
  const another = add(controls, 'button', 'Another digit', 'another');
  const speed = add(add(controls, 'label', 'Steps per picture '), 'select', '', 'speed');
  for (const steps of [1, 5, 20, 100]) speed.add(new Option(String(steps)));
  speed.value = '5';
  const seed = add(add(controls, 'label', 'Seed '), 'input', '', 'seed');
  Object.assign(seed, { type: 'number', min: '0', max: '999999', step: '1', value: '1', required: true });

  const status = add(root, 'p', 'Loading …', 'status');
  const section = (title: string, className: string): HTMLElement => {
    add(root, 'h2', title);
    return add(root, 'div', '', className);
  };
  const curves = section('Curves', 'curves');
  const answer = section('Answer', 'answer');
  const filters = section('Filters', 'filters');
  const legend = add(root, 'p', '', 'legend');
  add(legend, 'span', 'negative');
  add(legend, 'span', '', 'colours');
  add(legend, 'span', 'positive');
  filters.before(legend);
  const activations = section('Activations', 'activations');
  return { editor, message, train, step, restart, another, speed, seed, status, answer, curves, filters, activations };
}

/** A new element at the end of another. */
export function add<K extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  tag: K,
  textContent = '',
  className = '',
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), { textContent, className });
  parent.append(element);
  return element;
}
