/** The right spelling of each name, by what all its spellings have in common. */
export type Spellings = ReadonlyMap<string, string>;

/** Of names that differ only by case or by underscores, the first is right. */
export function spellingsOf(names: Iterable<string>): Spellings {
  const spellings = new Map<string, string>();
  for (const name of names) {
    const folded = fold(name);
    if (!spellings.has(folded)) spellings.set(folded, name);
  }
  return spellings;
}

/** The right spelling of a name that is only another spelling of it; undefined when it is right, or unknown. */
export function rightSpelling(name: string, spellings: Spellings): string | undefined {
  const right = spellings.get(fold(name));
  return right === name ? undefined : right;
}

function fold(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
