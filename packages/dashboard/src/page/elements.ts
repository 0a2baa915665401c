type Attributes = Readonly<Record<string, string | boolean | number | ((event: Event) => void)>>;

/** An element with attributes, listeners (`onclick`) and children; text is text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else if (typeof value === 'boolean') made.toggleAttribute(name, value);
    else made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** A figure that holds a chart; charts escape their words. */
export function chartElement({ id, svg }: { readonly id: string; readonly svg: string }): HTMLElement {
  const figure = element('figure', { 'data-chart': id });
  figure.innerHTML = svg;
  return figure;
}
