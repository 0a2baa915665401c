import { AdjointError, type CheckpointPlan } from '@adjoint/core';
import { extname } from 'node:path';
import * as v from 'valibot';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const figure = v.pipe(v.string(), v.nonEmpty());

const schema = v.strictObject({
  path: v.pipe(v.string(), v.nonEmpty()),
  every: v.exactOptional(
    v.union([v.literal('epoch'), count, v.strictObject({ seconds: v.pipe(v.number(), v.finite(), v.gtValue(0)) })]),
  ),
  keep: v.exactOptional(count),
  best: v.exactOptional(v.union([figure, v.strictObject({ figure, goal: v.picklist(['min', 'max']) })])),
  resume: v.exactOptional(v.boolean()),
});

/** A figure to judge epochs by. */
export interface BestBy {
  readonly figure: string;
  readonly goal: 'min' | 'max';
}

/** @throws AdjointError `OPTIONS_INVALID` that says what is wrong with the plan of plain JavaScript or JSON. */
export function checkPlan(plan: CheckpointPlan): { readonly every: CheckpointPlan['every']; readonly best?: BestBy } {
  const { issues } = v.safeParse(schema, plan, { abortEarly: true });
  if (issues) {
    const [issue] = issues;
    throw new AdjointError(
      'OPTIONS_INVALID',
      `fit: checkpoint: ${v.getDotPath(issue) ?? 'it'} is ${issue.received}; expected { path, every?: 'epoch' | steps | { seconds }, keep?: count, best?: figure | { figure, goal }, resume?: boolean }.`,
    );
  }
  const { every = 'epoch', best } = plan;
  if (typeof best !== 'string') return { every, ...(best && { best }) };
  // Of a loss less is better; of other figures the name does not tell.
  if (!/^(validation\/)?loss(\/|$)/.test(best))
    throw new AdjointError(
      'OPTIONS_INVALID',
      `fit: checkpoint: whether more of '${best}' is better cannot be told; say best: { figure: '${best}', goal: 'max' } or 'min'.`,
    );
  return { every, best: { figure: best, goal: 'min' } };
}

/** `run.best.safetensors` for `run.safetensors`. */
export function besidePath(path: string, what: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${what}${extension}`;
}
