/** How the text of an exporter becomes a fixture. */
export interface Tidying {
  /** What it is called by those who publish it. */
  readonly exporter: string;
  /** Finds its release in the text. @default - in the build information that most exporters expose */
  readonly release?: RegExp;
  /** Whether anybody could need the family. @default - all but those of every Go program */
  readonly keep?: (family: string) => boolean;
  /** What names this machine or this run, and what is written instead. */
  readonly replace?: readonly (readonly [string | RegExp, string])[];
}

const buildInfo = /_build_info\{[^}]*\bversion="([^"]+)"/;

/** Of the Go runtime, and of the handler that answers the scrape. */
export const ofEveryGoProgram = /^(?:go|process|promhttp)_/;

/** The text that is kept: who exposed it, then its families without their help and without values that are none. */
export function fixtureOf(
  scraped: string,
  { exporter, release = buildInfo, replace = [], ...tidying }: Tidying,
): string {
  const keep = tidying.keep ?? ((family) => !ofEveryGoProgram.test(family));
  const version = release.exec(scraped)?.[1];
  if (!version) throw new Error(`${exporter} does not say its release in:\n${scraped}`);
  const lines = replace.reduce(
    (kept, [from, to]) => kept.replaceAll(from, to),
    families(scraped, keep).join('\n'),
  );
  return `# ${exporter} ${version}, recorded by npm run record\n${lines}\n`;
}

function families(scraped: string, keep: (family: string) => boolean): string[] {
  let family = '';
  return scraped.split('\n').filter((line) => {
    const [, name] = /^# TYPE (\S+) /.exec(line) ?? [];
    if (name) family = name;
    // The notation of promtool's tests, which read these, has no NaN.
    const isNone = line.endsWith(' NaN');
    return line !== '' && !isNone && !line.startsWith('# HELP') && keep(family);
  });
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/** Scrapes until every pattern is found: an exporter answers before it, or what it reads, has settled. */
export async function scrapeUntil(url: string, ...patterns: readonly RegExp[]): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const text = await scraped(url);
    const missing = patterns.filter((pattern) => !pattern.test(text));
    if (missing.length === 0) return text;
    if (Date.now() > deadline) throw new Error(`${url} has no ${missing.join(', no ')}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function scraped(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.text();
}
