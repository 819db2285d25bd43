/** The candidate that a misspelt name probably means, if there is one with so few typos. */
export function nearest(
  name: string,
  candidates: Iterable<string>,
  mostTypos = Math.max(1, Math.floor(name.length / 3)),
): string | undefined {
  const [first] = [...candidates]
    // Each letter more or less is a typo, and lengths are quick to compare.
    .filter((candidate) => Math.abs(candidate.length - name.length) <= mostTypos)
    .map((candidate) => ({ candidate, typos: typosBetween(name, candidate) }))
    .filter(({ typos }) => typos <= mostTypos)
    .sort((a, b) => a.typos - b.typos);
  return first?.candidate;
}

/** How many letters must be added, left out or replaced, whatever their case. */
export function typosBetween(one: string, other: string): number {
  const [from, to] = [one.toLowerCase(), other.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let at = 0; at < to.length; at += 1) {
      const [above = 0, diagonal = 0, left = 0] = [row[at + 1], row[at], next[at]];
      next.push(Math.min(above + 1, left + 1, diagonal + (letter === to[at] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
