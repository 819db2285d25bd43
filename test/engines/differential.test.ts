import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { environments } from '../../bin/environments';
import { alertmanagerDefinition } from '../../lib/alerting/alertmanager';
import { definitionProblems } from '../../lib/alerting/definition-check';
import { ruleTemplates, templateProblem } from '../../lib/alerting/go-template';
import { inventoryRules } from '../../lib/alerting/inventory-rules';
import { promqlProblem } from '../../lib/alerting/promql';
import { regexProblem } from '../../lib/alerting/regex';
import { ruleFileProblems } from '../../lib/alerting/rule-file-check';
import { ruleFiles } from '../../lib/alerting/rule-files';
import { perSeverity } from '../../lib/severity';
import { engine } from '../../local/engines';
import '../support/match-file';
import type { Verdict } from './differential/case';
import { definitionEngines, rightDefinition } from './differential/definition-case';
import { definitionCases } from './differential/definition-cases';
import { expressionCases } from './differential/expression-cases';
import { functionCalls } from './differential/function-calls';
import { randomExpressions, randomRegexes, randomTemplates } from './differential/random-text';
import {
  amtoolRefusal,
  cortexDefinitionRefusal,
  cortexExpressionRefusals,
  cortexRulesRefusal,
  promtoolRefusal,
  type Refusal,
} from './differential/readers';
import { rightFile, ruleEngines } from './differential/rule-case';
import { ruleCases } from './differential/rule-cases';
import { table } from './differential/table';
import { templateCases } from './differential/template-cases';
import { type Cortex, startCortex } from './support/cortex';

const root = join(__dirname, '../..');
const verification = join(root, 'docs/verification.md');

const allRuleCases = [...ruleCases, ...expressionCases, ...templateCases];

let cortex: Cortex;

beforeAll(async () => {
  // On a fresh machine the engines are unpacked first.
  await Promise.all([engine('promtool'), engine('promtool-2.42'), engine('amtool')]);
  cortex = await startCortex();
}, 600_000);

afterAll(() => cortex?.stop());

const rulesRefusals = {
  'promtool 2.42': (text: string) => promtoolRefusal('promtool-2.42', text),
  'promtool 2.53': (text: string) => promtoolRefusal('promtool', text),
  Cortex: (text: string) => cortexRulesRefusal(cortex.url, text),
};

describe('what our checks accept', () => {
  const inventories = Object.entries(environments).map(([name, { targets }]) => ({
    name: `the inventory of ${name}`,
    text: inventoryRules(targets),
  }));
  const texts = [
    ...ruleFiles(join(root, 'rules')),
    ...inventories,
    { ...rightFile, name: 'the base of the cases below' },
  ];

  test.each(texts)('$name is accepted by every engine', async ({ text }) => {
    const said = await Promise.all(ruleEngines.map((name) => rulesRefusals[name](text)));

    expect(said).toEqual(said.map(() => undefined));
  });

  test.each(Object.entries(environments))(
    'the definition of %s is accepted by amtool and Cortex',
    async (_, { region, links }) => {
      const arn = `arn:aws:sns:${region}:111111111111:topic`;
      const arns = perSeverity(() => arn);
      const topics = { messages: arns, email: arns, heartbeat: arn };
      const definition = alertmanagerDefinition(topics, region, links);

      expect(definitionProblems(definition)).toEqual([]);
      expect(await amtoolRefusal(definition)).toBeUndefined();
      expect(await cortexDefinitionRefusal(cortex.url, definition)).toBeUndefined();
    },
  );

  test('the definition from which the cases below start is accepted by amtool and Cortex', async () => {
    expect(definitionProblems(rightDefinition)).toEqual([]);
    expect(await amtoolRefusal(rightDefinition)).toBeUndefined();
    expect(await cortexDefinitionRefusal(cortex.url, rightDefinition)).toBeUndefined();
  });
});

describe('a rule file with', () => {
  test.each(allRuleCases)('$what is refused by synth', ({ input, ours }) => {
    const places = /^(service\.yaml|rules): ((group|alert|record|rule number) \S*: )*/;
    const problems = ruleFileProblems([input]).map((problem) => problem.replace(places, ''));

    expect(problems).toEqual([ours]);
  });

  test.each(allRuleCases)('$what is to the engines what we say', async ({ input, engines }) => {
    const asked = ruleEngines.filter((name) => engines[name] !== 'is not asked');
    const said = await Promise.all(asked.map((name) => rulesRefusals[name](input.text)));

    expect(said).toEqual(asked.map((name) => expected(engines[name])));
  });
});

describe('an alert manager definition with', () => {
  const refusals = {
    'amtool 0.28': amtoolRefusal,
    Cortex: (definition: typeof rightDefinition) => cortexDefinitionRefusal(cortex.url, definition),
  };

  test.each(definitionCases)('$what is refused by synth', ({ input, ours }) => {
    const problems = definitionProblems(input).map((problem) =>
      problem.replace('lib/alerting/alertmanager.ts: ', ''),
    );

    expect(problems.join(' + ')).toEqual(ours);
  });

  test.each(definitionCases)('$what is to the engines what we say', async ({ input, engines }) => {
    const asked = definitionEngines.filter((name) => engines[name] !== 'is not asked');
    const said = await Promise.all(asked.map((name) => refusals[name](input)));

    expect(said).toEqual(asked.map((name) => expected(engines[name])));
  });
});

test.each([...allRuleCases, ...definitionCases])('$what: a difference has a reason', (one) => {
  const isTaken = Object.values<Verdict>(one.engines).some((said) => typeof said === 'string');

  expect(one.why !== undefined).toBe(isTaken);
});

const manyExpressions = [
  ['3000 expressions, of which it takes a third', randomExpressions(3000), 900],
  ['every function with every kind of argument', functionCalls(), 80],
] as const;

describe.each([
  ['promtool-2.42', /^$/],
  ['promtool', /^histogram_avg\(/],
] as const)('%s agrees', (version, newer) => {
  test.each(manyExpressions)(
    'with our check of PromQL about %s',
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

  test('with what our check of templates takes of 3000', async () => {
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

  test('with what our check of regular expressions takes of 3000', async () => {
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

test.each(manyExpressions)('Cortex takes what we take of %s', async (_, expressions) => {
  const taken = expressions.filter((expr) => promqlProblem(expr) === undefined);

  const refused = await cortexExpressionRefusals(cortex.url, taken);

  expect(taken.length).toBeGreaterThan(50);
  expect(refused).toEqual([]);
});

test('docs/verification.md ends with these cases', () => {
  const document = readFileSync(verification, 'utf8');
  const mark = '<!-- written by npm run test:engines -- differential -u -->';
  const [text] = document.split(mark);
  const part = (title: string, rows: string) => `### ${title}\n\n${rows}\n`;

  const written = [
    `${text}${mark}\n`,
    part('Rule files', table(ruleEngines, ruleCases)),
    part('Expressions in rules', table(ruleEngines, expressionCases)),
    part('Templates in annotations', table(ruleEngines, templateCases)),
    part('Alert manager definitions', table(definitionEngines, definitionCases)),
  ].join('\n');

  expect(written).toMatchFile(verification);
});

/** What a refusal must look like; nothing for what is taken. */
function expected(said: Verdict): unknown {
  return typeof said === 'string' ? undefined : expect.stringContaining(said.refuses);
}

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
