import type { Page } from './pages.js';

/** As VitePress takes it. */
export interface SidebarSection {
  readonly text: string;
  readonly collapsed?: boolean;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

/** Which pages a section has, in the order in which one reads them; `*` stands for whatever no section names. */
const sections: readonly { readonly text: string; readonly pages: readonly string[] }[] = [
  { text: 'Start', pages: ['index', 'playground', 'training', 'recipes', 'command-line', 'seeing-a-run'] },
  {
    text: 'Guide',
    pages: [
      'data',
      'gradient-descent',
      'learning-rates',
      'losses-and-metrics',
      'regularization',
      'normalization',
      'convolution-layers',
      'sequences',
      'ensembles',
      'generalization',
      'runners',
      'onnx',
      'debugging',
      '*',
    ],
  },
  {
    text: 'Concepts',
    pages: [
      'autodiff',
      'gradients',
      'convolution',
      'batch-size',
      'overfitting',
      'bias-and-variance',
      'cross-validation',
      'bagging',
      'boosting',
      'glossary',
    ],
  },
  { text: 'Inside', pages: ['architecture', 'performance'] },
  { text: 'Plugins', pages: ['plugins'] },
  { text: 'Reference', pages: ['reference/index', 'reference/*', 'errors', 'api/index'] },
  { text: 'Project', pages: ['CONTRIBUTING', 'CHANGELOG', 'SECURITY'] },
];

/** The sidebar of these pages; each is in it once. */
export function sidebarOf(pages: readonly Pick<Page, 'path' | 'title'>[]): SidebarSection[] {
  const titles = new Map(pages.map(({ path, title }) => [path.replace(/\.md$/, ''), title]));
  const named = new Set(sections.flatMap((section) => section.pages));
  const rest = [...titles.keys()].filter((name) => !named.has(name));
  const expand = (name: string): readonly string[] => {
    if (name === '*') return rest.filter((other) => !other.startsWith('reference/'));
    if (name === 'reference/*') return rest.filter((other) => other.startsWith('reference/'));
    return titles.has(name) ? [name] : [];
  };
  return sections.map((section) => ({
    text: section.text,
    items: section.pages
      .flatMap(expand)
      .map((name) => ({ text: titles.get(name) ?? name, link: `/${name.replace(/(^|\/)index$/, '$1')}` })),
  }));
}
