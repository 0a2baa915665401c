/** Longer texts are cut in messages. */
const longest = 60;

/**
 * A value as someone would type it, cut where it is long; of large or own classes only the name. It takes whatever a caller
 * has passed, and never throws.
 */
export function valueText(value: unknown): string {
  const text = textOf(value);
  return text.length > longest ? `${text.slice(0, longest - 3)}…` : text;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return `function ${value.name}`.trimEnd();
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    if (Array.isArray(value) && value.length > 20) return `a list of ${value.length}`;
    const className = classOf(value);
    return className === undefined
      ? JSON.stringify(value, (_, part: unknown) => classOf(part) ?? part)
      : `a value of class ${className}`;
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** The name of a value's class, unless it is plain data. */
function classOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || prototype === Object.prototype ? undefined : (prototype.constructor?.name ?? 'Object');
}
