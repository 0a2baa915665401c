import { palette } from '@adjoint/plots';
import { curveCharts, groupCharts, type ChartOptions } from '../view/charts.js';
import type { RunData } from '../view/run-data.js';
import { controls, type View } from './controls.js';
import { chartElement, element } from './elements.js';
import { FollowedRuns } from './followed-runs.js';
import { runDetails, type Cell } from './run-details.js';
import { runList, type Selection } from './run-list.js';

const view: View = { place: 'step', smoothing: 0.6, logarithmic: false };
const selection: Selection = { shown: new Set(), focus: undefined, isOwn: false };
let cell: Cell | undefined;
/** Colors stay with runs, whatever else is chosen. */
const colors = new Map<string, string>();

const list = element('nav', { 'aria-label': 'runs' });
const connection = element('p', { class: 'connection' });
const charts = element('section', { id: 'curves' });
const groups = element('section', { id: 'groups' });
const details = element('div');
const runs = new FollowedRuns(() => drawSoon());
document.body.append(
  element('aside', {}, element('h1', {}, 'Runs'), connection, list),
  element(
    'main',
    {},
    controls(view, () => drawSoon()),
    charts,
    groups,
    details,
  ),
);
runs.follow(
  (isOpen) => (connection.textContent = isOpen ? '' : 'The server does not answer; what is shown may be old.'),
);

addEventListener('resize', () => drawSoon());

let isDue = false;

/** Draws once for all that has come until the next frame; also of a page in the background, which has no frames. */
function drawSoon(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(() => {
    isDue = false;
    draw();
  }, 30);
}

function draw(): void {
  const all = runs.all;
  choose(all);
  list.replaceChildren(runList(all, selection, colorOf, drawSoon));
  const shown = all.filter(({ name }) => selection.shown.has(name)).reverse();
  const options: ChartOptions = { ...view, colorOf, width: chartWidth() };
  charts.replaceChildren(...curveCharts(shown, options).map(chartElement));
  groups.replaceChildren(
    ...[...groupsOf(shown)]
      .filter(([, members]) => members.length > 1)
      .flatMap(([name, members]) => [
        element('h2', {}, name),
        ...groupCharts(name, members, { ...options, place: 'epoch' }).map(chartElement),
      ]),
  );
  const focus = all.find(({ name }) => name === selection.focus);
  details.replaceChildren(
    ...(focus
      ? [
          runDetails(focus, runs.examplesOf(focus), cell, (chosen) => {
            cell = chosen;
            drawSoon();
          }),
        ]
      : []),
  );
  document.body.dataset['drawn'] = String(Number(document.body.dataset['drawn'] ?? 0) + 1);
}

/** As many charts beside each other as can be read. */
function chartWidth(): number {
  const [gap, frame, least] = [12, 10, 340];
  const room = charts.clientWidth + gap;
  const columns = Math.max(1, Math.floor(room / (least + gap)));
  return Math.floor(room / columns) - gap - frame;
}

/** The newest run is looked at, with those that it belongs to, until something else is chosen. */
function choose(all: readonly RunData[]): void {
  const [newest] = all;
  if (!newest || selection.isOwn) return;
  selection.focus = newest.name;
  selection.shown.clear();
  for (const { name, metadata } of all) if (metadata.group === newest.metadata.group) selection.shown.add(name);
}

function colorOf({ name }: RunData): string {
  const known = colors.get(name) ?? palette[colors.size % palette.length]!;
  colors.set(name, known);
  return known;
}

function groupsOf(shown: readonly RunData[]): Map<string, RunData[]> {
  const found = new Map<string, RunData[]>();
  for (const run of shown) found.set(run.metadata.group, [...(found.get(run.metadata.group) ?? []), run]);
  return found;
}
