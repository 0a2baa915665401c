import type { CompiledGraph } from '../compiler/compile.js';
import type { LoweredRegion } from '../compiler/region.js';
import type { StoreReason } from '../compiler/stored-values.js';
import type { Tensor } from '../graph/tensor.js';
import { kernelTexts } from './kernel-texts.js';
import type { NodeNames } from './node-names.js';

/** Lists are broken into lines of at most this many characters. */
const width = 100;

/** Which nodes became one kernel, what it reads, and why what it stores is stored. */
export function regionsText(compiled: CompiledGraph, names: NodeNames, storages: readonly string[]): string {
  const regionOf = new Map(regionsWithin(compiled).map((each) => [each.region.nodes, each]));
  return kernelTexts(compiled.program, (kernel) => {
    const known = regionOf.get(kernel.nodes);
    if (!known)
      return kernel.writes.map(
        ({ storage }, i) => `copies ${storages[kernel.reads[i]!.storage]} to ${storages[storage]}`,
      );
    const { region, reasons } = known;
    const stores = kernel.writes.flatMap(({ node, storage }) => {
      const place = storages[storage] === names.of(node) ? '' : ` as ${storages[storage]}`;
      const why = (reasons.get(node) ?? []).map((reason) => whyText(reason, names)).join(', and ');
      return listed('stores', [`${describe(node, names)}${place}`, `since ${why}`]);
    });
    return [...regionLines(region, names), ...stores];
  });
}

/** The regions of a program and of the bodies of its loops over time, with the reasons for what they store. */
function regionsWithin({ regions, reasons }: CompiledGraph): {
  readonly region: LoweredRegion;
  readonly reasons: CompiledGraph['reasons'];
}[] {
  return regions.flatMap((region) => [
    { region, reasons },
    ...(region.repeat ? regionsWithin(region.repeat.body) : []),
  ]);
}

function regionLines({ anchor, epilogue, nodes, reads }: LoweredRegion, names: NodeNames): string[] {
  const described = (list: Iterable<Tensor>): string[] => [...list].map((node) => describe(node, names));
  return [
    ...listed('computes', described(nodes)),
    ...(anchor ? listed('anchor', described([anchor])) : []),
    ...listed('epilogue', described(epilogue)),
    ...listed('reads', described(reads)),
  ];
}

/** A node with its primitive; a leaf says enough by its name. */
function describe(node: Tensor, names: NodeNames): string {
  const name = names.of(node);
  return node.primitive.lowering.kind === 'leaf' ? name : `${node.primitive.name} ${name}`;
}

/** A title with its list; nothing if the list is empty. */
function listed(title: string, items: readonly string[]): string[] {
  const lines: string[] = [];
  items.forEach((item, i) => {
    const text = i < items.length - 1 ? `${item},` : item;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + text.length <= width) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(`${(last === undefined ? title : '').padEnd(10)}${text}`);
  });
  return lines;
}

function whyText({ kind, by }: StoreReason, names: NodeNames): string {
  const users = by.map((node) => describe(node, names));
  const shown = users.length > 4 ? [...users.slice(0, 3), `${users.length - 3} others`] : users;
  return whySentences[kind](shown.join(', '));
}

const whySentences: Readonly<Record<StoreReason['kind'], (users: string) => string>> = {
  given: () => 'it is given to the program',
  output: () => 'it is returned',
  update: () => 'it is the new value of a variable',
  gathered: (users) => `it is read at computed or repeated positions by ${users}`,
  operand: (users) => `it is an operand of ${users}`,
  reduced: (users) => `it is reduced again by ${users}`,
  reshaped: (users) => `its axes are split by ${users}`,
  shared: (users) => `it is used by ${users}`,
  repeated: (users) => `it is repeated by ${users}`,
  long: () => 'its expression would grow too long',
  moved: (users) => `its elements are moved or repeated by ${users}`,
  joined: (users) => `it meets the result of another reduction in ${users}`,
  stepped: () => 'it is computed step by step',
  accumulated: () => 'its elements are added up in memory',
};
