const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A length of time as a person says it: the two largest units, `3 h 20 min`. */
export function durationText(ms: number): string {
  let left = Math.max(0, Math.round(ms / 1000));
  const parts = units.flatMap(([unit, seconds]) => {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    return [{ unit, count }];
  });
  const first = parts.findIndex((part) => part.count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter((part) => part.count > 0)
    .map((part) => `${part.count} ${part.unit}`)
    .join(' ');
}
