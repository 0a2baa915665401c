import type { Expression, Guard, Index, LoopProgram } from './loop-program.js';

/** What to change in an expression. */
interface Rewrite {
  index(index: Index): Index;
  /** Guards that are left of those given. */
  guards?(guards: readonly Guard[]): readonly Guard[];
  /** Whether a call gives way to the definition of its function. */
  expands?(call: Call): boolean;
}

type Call = Extract<Expression, { kind: 'call' }>;

/** Rebuilds an expression with other indices; shared parts stay shared through `made`. */
function rewriteExpression(expression: Expression, rewrite: Rewrite, made: Map<Expression, Expression>): Expression {
  const known = made.get(expression);
  if (known) return known;
  const visit = (part: Expression): Expression => rewriteExpression(part, rewrite, made);
  const result = ((): Expression => {
    switch (expression.kind) {
      case 'constant':
      case 'result':
        return expression;
      case 'load':
        return {
          ...expression,
          index: rewrite.index(expression.index),
          ...(expression.dynamic && { dynamic: { ...expression.dynamic, value: visit(expression.dynamic.value) } }),
        };
      case 'index':
        return { ...expression, index: rewrite.index(expression.index) };
      case 'unary':
      case 'cast':
        return { ...expression, x: visit(expression.x) };
      case 'binary':
        return { ...expression, x: visit(expression.x), y: visit(expression.y) };
      case 'call':
        return rewrite.expands?.(expression)
          ? visit(expression.function.definition(...expression.operands))
          : { ...expression, operands: expression.operands.map(visit) };
      case 'select':
        return {
          ...expression,
          condition: visit(expression.condition),
          x: visit(expression.x),
          y: visit(expression.y),
        };
      case 'guard': {
        const guards = (rewrite.guards?.(expression.guards) ?? expression.guards).map(({ index, extent }) => ({
          index: rewrite.index(index),
          extent,
        }));
        return guards.length === 0 ? visit(expression.x) : { ...expression, guards, x: visit(expression.x) };
      }
      case 'random':
        return {
          ...expression,
          index: rewrite.index(expression.index),
          key: [visit(expression.key[0]), visit(expression.key[1]), visit(expression.key[2])],
        };
    }
  })();
  made.set(expression, result);
  return result;
}

/** Rebuilds all expressions and indices of a program. */
export function rewriteProgram(program: LoopProgram, rewrite: Rewrite): LoopProgram {
  const made = new Map<Expression, Expression>();
  const visit = (expression: Expression): Expression => rewriteExpression(expression, rewrite, made);
  const { reduction } = program;
  return {
    ...program,
    ...(reduction && {
      reduction: {
        ...reduction,
        value: visit(reduction.value),
        ...(reduction.payload && { payload: visit(reduction.payload) }),
      },
    }),
    stores: program.stores.map((store) => ({
      ...store,
      index: rewrite.index(store.index),
      value: visit(store.value),
      ...(store.scatter && { scatter: { ...store.scatter, value: visit(store.scatter.value) } }),
    })),
  };
}

/** The extents of all axes of a program: of the nest, then of the reduction. */
export function extentsOf({ extents, reduction }: Pick<LoopProgram, 'extents' | 'reduction'>): readonly number[] {
  return reduction ? [...extents, ...reduction.extents] : extents;
}

/** All indices of a program: of loads, stores, guards and index expressions. */
export function indicesOf(program: LoopProgram): Index[] {
  const indices: Index[] = [];
  rewriteProgram(program, { index: (index) => (indices.push(index), index) });
  return indices;
}

/** All loads of a program. */
export function loadsOf(program: LoopProgram): Extract<Expression, { kind: 'load' }>[] {
  return distinctExpressions(expressionsOf(program)).filter((expression) => expression.kind === 'load');
}

/** The expressions that a program evaluates. */
export function expressionsOf({ reduction, stores }: LoopProgram): Expression[] {
  return [
    ...(reduction ? [reduction.value, ...(reduction.payload ? [reduction.payload] : [])] : []),
    ...stores.flatMap((store) => [store.value, ...(store.scatter ? [store.scatter.value] : [])]),
  ];
}

/** The given expressions and all of their parts, each of them once. */
export function distinctExpressions(roots: readonly Expression[]): Expression[] {
  const seen = new Set<Expression>();
  const visit = (expression: Expression): void => {
    if (seen.has(expression)) return;
    seen.add(expression);
    childrenOf(expression).forEach(visit);
  };
  roots.forEach(visit);
  return [...seen];
}

/** The direct parts of an expression. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'result':
    case 'index':
      return [];
    case 'load':
      return expression.dynamic ? [expression.dynamic.value] : [];
    case 'unary':
    case 'cast':
    case 'guard':
      return [expression.x];
    case 'binary':
      return [expression.x, expression.y];
    case 'call':
      return expression.operands;
    case 'select':
      return [expression.condition, expression.x, expression.y];
    case 'random':
      return expression.key;
  }
}
