/** Long text cut for a message. */
export function excerpt(text: string, length = 60): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/** The first of many names for a message. */
export function excerptOf(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).map((name) => excerpt(name));
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
}
