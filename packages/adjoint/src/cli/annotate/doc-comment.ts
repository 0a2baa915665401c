import { describeOptions, valueText, type OptionDescription } from '@adjoint/core/options';
import type { Definition } from '@adjoint/core';

/** What an editor shows of a definition: what it is, its formula and where that is from. */
export function definitionLines({ description, formula, source }: Definition): string[] {
  return [
    ...(description === undefined ? [] : [description]),
    ...(formula === undefined ? [] : [`\`${formula.replaceAll('`', "'")}\``]),
    ...(source === undefined ? [] : [`Source: ${source}.`]),
  ].flatMap((line, i) => (i === 0 ? [line] : ['', line]));
}

/** What an editor shows of each option, by its name: meaning, range and default. */
export function optionLines({ options }: Definition): Map<string, string[]> {
  return new Map((describeOptions(options) ?? []).map((option) => [option.name, linesOf(option)]));
}

function linesOf({ type, range, required, default: fallback, description }: OptionDescription): string[] {
  const presence = required ? 'required' : fallback === undefined ? 'optional' : `${valueText(fallback)} if not given`;
  const taken = `${[type, range].filter(Boolean).join(' ')}; ${presence}.`;
  return description === undefined ? [taken] : [description, '', taken];
}

/** A comment of these lines, at an indentation. What would end it is written otherwise. */
export function docComment(lines: readonly string[], indentation: string): string {
  const safe = lines.map((line) => line.replaceAll('*/', '*\u200b/'));
  if (safe.length === 1) return `${indentation}/** ${safe[0]} */\n`;
  return `${indentation}/**\n${safe.map((line) => `${indentation} * ${line}`.trimEnd()).join('\n')}\n${indentation} */\n`;
}
