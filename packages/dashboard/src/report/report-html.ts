import { confusionChart, curveCharts, groupCharts, kernelChart, type Chart } from '../view/charts.js';
import type { RunData } from '../view/run-data.js';
import type { SavedRun } from './write-report.js';

/** Images of wrong predictions that are shown of a run. */
const mostImages = 60;

const style = `
body { max-width: 1120px; margin: 24px auto; padding: 0 16px; font: 14px/1.45 system-ui, sans-serif; color: #1c1c1c; }
.charts { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }
figure { margin: 0; }
table { border-collapse: collapse; }
td, th { padding: 2px 12px 2px 0; text-align: left; font-weight: normal; vertical-align: top; }
th { color: #555; }
pre { overflow-x: auto; font-size: 12px; }
.images { display: flex; flex-wrap: wrap; gap: 8px; }
.images figure { width: 90px; font-size: 11px; }
.images img { width: 84px; height: 84px; image-rendering: pixelated; border: 1px solid #ddd; }
.warning { color: #a33; }`;

/** A page with all that there is to see of some runs. Nothing in it runs, and nothing is loaded. */
export function reportHtml(saved: readonly SavedRun[]): string {
  const runs = saved.map(({ data }) => data);
  const title = runs.map(({ name }) => name).join(', ');
  const isGroup = runs.length > 1 && new Set(runs.map(({ metadata }) => metadata.group)).size === 1;
  const sections = [
    `<h1>${escape(title)}</h1>`,
    figuresTable(runs),
    charts(curveCharts(runs, { place: 'step', smoothing: 0.6 })),
    ...(isGroup ? [`<h2>Together</h2>`, charts(groupCharts(runs[0]!.metadata.group, runs))] : []),
    ...saved.map(runSection),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>${style}</style>
</head>
<body>
${sections.join('\n')}
</body>
</html>
`;
}

/** The last figures of all runs. */
function figuresTable(runs: readonly RunData[]): string {
  const curves = [...new Set(runs.flatMap((run) => [...run.curves.keys()]))].filter(
    (name) => !name.startsWith('step/'),
  );
  const row = (run: RunData): string => {
    const cells = curves.map((curve) => `<td>${run.last(curve)?.toPrecision(5) ?? ''}</td>`);
    const state = run.detail === undefined ? run.status : `${run.status}: ${run.detail}`;
    return `<tr><td>${escape(run.name)}</td><td>${escape(state)}</td><td>${run.epoch}</td>${cells.join('')}</tr>`;
  };
  const heads = ['run', 'status', 'epochs', ...curves.map((name) => name.replace(/^epoch\//, '').replace('/', ' '))];
  return `<table><tr>${heads.map((head) => `<th>${escape(head)}</th>`).join('')}</tr>${runs.map(row).join('')}</table>`;
}

function runSection({ data, examples }: SavedRun): string {
  const { hyperparameters, summary, started, parameters } = data.metadata;
  const facts = { started, parameters: parameters ?? '', ...hyperparameters };
  const rows = Object.entries(facts).map(
    ([name, value]) => `<tr><th>${escape(name)}</th><td>${escape(String(value))}</td></tr>`,
  );
  const nameOf = (index: number): string => data.metadata.classes?.[index] ?? String(index);
  const wrong = (examples?.cells ?? [])
    .filter(({ truth, predicted }) => truth !== predicted)
    .sort((a, b) => b.count - a.count)
    .flatMap((cell) => cell.examples.map((example) => ({ ...cell, ...example })))
    .filter(({ image }) => /^data:image\/png;base64,[\w+/=]+$/.test(image))
    .slice(0, mostImages)
    .map(
      ({ truth, predicted, image, index }) =>
        `<figure><img src="${image}" alt="example ${index}"><br>${escape(nameOf(truth))} taken for ${escape(nameOf(predicted))}</figure>`,
    );
  const drawn = [confusionChart(data), kernelChart(data)].filter((chart) => chart !== undefined);
  return [
    `<h2>${escape(data.name)}</h2>`,
    ...data.warnings.map((warning) => `<p class="warning">${escape(warning)}</p>`),
    `<table>${rows.join('')}</table>`,
    summary === undefined ? '' : `<pre>${escape(summary)}</pre>`,
    charts(drawn),
    wrong.length > 0 ? `<h3>Mistakes</h3><div class="images">${wrong.join('')}</div>` : '',
  ].join('\n');
}

function charts(drawn: readonly Chart[]): string {
  return `<div class="charts">${drawn.map(({ svg }) => `<figure>${svg}</figure>`).join('')}</div>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
}
