const unitSeconds = { y: 31_536_000, w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001 };

// https://prometheus.io/docs/prometheus/latest/configuration/configuration/ (<duration>)
const pattern =
  /^(?=.)(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

// 292 years, which is what nanoseconds in 64 bits can count.
const MAX_SECONDS = 2 ** 63 / 1e9;

/** How long a duration such as `1h30m` is, or undefined when Prometheus would refuse it. */
export function durationSeconds(text: string): number | undefined {
  if (text === '0') return 0;
  const numbers = pattern.exec(text)?.slice(1);
  if (numbers === undefined) return undefined;
  const total = Object.values(unitSeconds).reduce(
    (sum, seconds, index) => sum + seconds * Number(numbers[index] ?? 0),
    0,
  );
  return total < MAX_SECONDS ? total : undefined;
}
