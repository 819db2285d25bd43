import { stringify } from 'yaml';
import { ruleTemplates, templateProblem } from '../../../lib/alerting/go-template';
import { promqlProblem } from '../../../lib/alerting/promql';
import { regexProblem } from '../../../lib/alerting/regex';
import { engine } from '../../../local/engines';
import { acceptedFiles } from './accepted';
import { askedOf, expected } from './case';
import { everyRuleCase } from './every-rule-case';
import { manyExpressions } from './many-expressions';
import { randomRegexes, randomTemplates } from './random-text';
import { promtoolRefusal, type Refusal } from './readers';

// On a fresh machine they are unpacked first.
beforeAll(() => Promise.all([engine('promtool'), engine('promtool-2.42')]), 600_000);

describe.each([
  ['promtool 2.42', 'promtool-2.42', /^$/],
  ['promtool 2.53', 'promtool', /^histogram_avg\(/],
] as const)('%s', (name, version, newer) => {
  test.each(acceptedFiles)('accepts $what', async ({ text }) => {
    expect(await promtoolRefusal(version, text)).toBeUndefined();
  });

  test.each(askedOf(everyRuleCase, name))(
    'says what the table says of a rule file with $what',
    async ({ input, says }) => {
      expect(await promtoolRefusal(version, input.text)).toEqual(expected(says));
    },
  );

  test.each(manyExpressions)(
    'agrees with our check of PromQL about %s',
    async (_, expressions, atLeast) => {
      const rules = expressions.map((expr, index) => ({ record: `a:b:${index}`, expr }));

      const refused = await refusedRules(promtoolRefusal(version, groupOf(rules)));

      const right = expressions.filter((__, index) => !refused.has(index));
      const ours = expressions.filter((expr) => !isRefused(expr));
      expect(ours.filter((expr) => !right.includes(expr))).toEqual([]);
      const onlyTheirs = right.filter((expr) => !ours.includes(expr));
      expect(onlyTheirs.filter((expr) => !newer.test(expr))).toEqual([]);
      expect(right.length).toBeGreaterThan(atLeast);
    },
  );

  test('agrees with what our check of templates takes of 3000', async () => {
    const templates = randomTemplates(3000);
    const rules = templates.map((text, index) => ({
      alert: `A${index}`,
      expr: 'up',
      annotations: { text },
    }));

    const refused = await refusedRules(promtoolRefusal(version, groupOf(rules)));

    const taken = templates.filter((text) => templateProblem(text, ruleTemplates) === undefined);
    const isRight = (text: string) => !refused.has(templates.indexOf(text));
    expect(taken.filter((text) => !isRight(text))).toEqual([]);
    // It is stricter with what could be loaded and never filled in.
    expect(taken.length / templates.filter(isRight).length).toBeGreaterThan(0.95);
  });

  test('agrees with what our check of regular expressions takes of 3000', async () => {
    const regexes = randomRegexes(3000);
    const rules = regexes.map((regex, index) => ({
      record: `a:b:${index}`,
      expr: `up{job=~\`${regex}\`}`,
    }));

    const refused = await refusedRules(promtoolRefusal(version, groupOf(rules)));

    const right = regexes.filter((_, index) => !refused.has(index));
    const taken = regexes.filter((regex) => regexProblem(regex) === undefined);
    expect(taken.filter((regex) => !right.includes(regex))).toEqual([]);
    // It is stricter where JavaScript is, and with what it cannot tell.
    expect(taken.length / right.length).toBeGreaterThan(0.85);
  });
});

// What is right but no value for a rule is refused by us alone.
function isRefused(expr: string): boolean {
  return !(promqlProblem(expr) ?? 'is a ').startsWith('is a ');
}

function groupOf(rules: readonly object[]): string {
  return stringify({ groups: [{ name: 'random', rules }] }, { lineWidth: 0 });
}

/** Which rules promtool names, counted from 0. */
async function refusedRules(printed: Promise<Refusal>): Promise<Set<number>> {
  const named = ((await printed) ?? '').matchAll(/rule (\d+), "/g);
  return new Set([...named].map(([, number]) => Number(number) - 1));
}
