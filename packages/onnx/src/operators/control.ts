import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** Only one branch becomes graph, so the condition must be known. */
function branch(call: Call): ReturnType<Call['run']> {
  const [condition = 0] = call.known(0) ?? [];
  return call.run(call.graph(condition === 0 ? 'else_branch' : 'then_branch'), []);
}

export const control: Operators = {
  If: { apply: branch, statics: [0] },
};
