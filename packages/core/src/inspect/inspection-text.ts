import { stages, type Inspection } from './inspect.js';

/** An inspection to print: one stage, or all of them under their names. */
export function inspectionText(inspection: Inspection, stage?: (typeof stages)[number]): string {
  if (stage !== undefined) return inspection[stage];
  return stages.map((name) => `${name}\n${'─'.repeat(name.length)}\n${inspection[name]}`).join('\n\n');
}
