/** The README as the first page: its title and first sentence become the head, the rest stays as it is. */
export function startPage(markdown: string, address: string): string {
  const [, title = '', first = '', rest = ''] = /^# ([^\n]+)\n+((?:[^\n]+\n)+)(.*)$/s.exec(markdown) ?? [];
  const [sentence = '', ...others] = first.trim().split(/(?<=\.)\s/);
  const action = (text: string, link: string, theme: string): object => ({ theme, text, link });
  const head = {
    layout: 'home',
    hero: {
      name: title,
      tagline: sentence.replaceAll('\n', ' '),
      actions: [
        action('Train a model', '/training', 'brand'),
        action('Playground', '/playground', 'alt'),
        action('Source', address, 'alt'),
      ],
    },
  };
  // JSON is YAML.
  return `---\n${JSON.stringify(head)}\n---\n\n${others.join(' ')}\n${rest}`;
}
