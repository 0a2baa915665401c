/** What the page is made of. */
export interface Elements {
  readonly editor: HTMLTextAreaElement;
  readonly train: HTMLButtonElement;
  readonly restart: HTMLButtonElement;
  readonly another: HTMLButtonElement;
  /** What is wrong with the network. */
  readonly message: HTMLElement;
  readonly status: HTMLElement;
  /** The digit and the answer to it. */
  readonly answer: HTMLElement;
  readonly filters: HTMLElement;
  readonly activations: HTMLElement;
}

/** Builds the empty page. */
export function elementsIn(root: HTMLElement): Elements {
  const add = <K extends keyof HTMLElementTagNameMap>(
    parent: HTMLElement,
    tag: K,
    properties: { readonly className?: string; readonly textContent?: string } = {},
  ): HTMLElementTagNameMap[K] => {
    const element = Object.assign(document.createElement(tag), properties);
    parent.append(element);
    return element;
  };
  const label = add(root, 'label', { textContent: 'Layers, as JSON' });
  const editor = add(label, 'textarea');
  editor.spellcheck = false;
  const message = add(root, 'p', { className: 'error' });
  message.setAttribute('role', 'alert');
  const controls = add(root, 'div', { className: 'controls' });
  const train = add(controls, 'button', { className: 'train', textContent: 'Train' });
  const restart = add(controls, 'button', { className: 'restart', textContent: 'Start anew with these layers' });
  const another = add(controls, 'button', { className: 'another', textContent: 'Another digit' });
  const status = add(root, 'p', { className: 'status', textContent: 'Loading …' });
  const answer = add(root, 'div', { className: 'answer' });
  add(root, 'h2', { textContent: 'Filters' });
  const filters = add(root, 'div', { className: 'filters' });
  add(root, 'h2', { textContent: 'Activations' });
  const activations = add(root, 'div', { className: 'activations' });
  return { editor, train, restart, another, message, status, answer, filters, activations };
}
