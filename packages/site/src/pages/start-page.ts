/** The README as the first page: its title and first paragraph become the head, the rest stays as it is. */
export function startPage(markdown: string, description: string, address: string): string {
  const [, title = '', first = '', rest = ''] = /^# (.+?)\n+((?:.+\n)+)(.*)$/s.exec(markdown) ?? [];
  const tagline = first.replaceAll('\n', ' ').split(/(?<=\.) /)[0] ?? '';
  const action = (text: string, link: string, theme: string): object => ({ theme, text, link });
  const head = {
    layout: 'home',
    hero: {
      name: title,
      text: description.replace(/^.*?: /, ''),
      tagline,
      actions: [
        action('Train a model', '/training', 'brand'),
        action('Playground', '/playground', 'alt'),
        action('Source', address, 'alt'),
      ],
    },
  };
  // JSON is YAML.
  return `---\n${JSON.stringify(head)}\n---\n\n${first}\n${rest}`;
}
