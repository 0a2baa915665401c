/**
 * A function that computes each argument's value once, for as long as the argument is in use. Equal kernels of a program
 * have the same loop program, so what is asked of one need not be worked out for all.
 */
export function onceEach<Argument extends object, Value extends NonNullable<unknown>>(
  compute: (argument: Argument) => Value,
): (argument: Argument) => Value {
  const known = new WeakMap<Argument, Value>();
  return (argument) => {
    let value = known.get(argument);
    if (value === undefined) known.set(argument, (value = compute(argument)));
    return value;
  };
}
