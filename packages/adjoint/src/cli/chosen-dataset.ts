import type { App, Dataset } from '@adjoint/core';
import { parseJson } from './load-run-config.js';

/** A dataset as a command line writes it: `digits`, or `{"csv":{"path":"iris.csv","target":"species"}}`. */
export async function chosenDataset(app: App, text: string): Promise<Dataset> {
  const choice = text.trimStart().startsWith('{') ? parseJson(text, '--data') : text;
  return app.dataset(app.check('dataset', choice));
}
