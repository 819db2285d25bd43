import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionProblems } from '../../../lib/alerting/definition-check';
import { ruleFileProblems } from '../../../lib/alerting/rule-file-check';
import '../../support/match-file';
import { acceptedDefinitions, acceptedSets } from './accepted';
import type { Verdict } from './case';
import { definitionEngines } from './definition-case';
import { definitionCases } from './definition-cases';
import { everyRuleCase } from './every-rule-case';
import { expressionCases } from './expression-cases';
import { rightFile, ruleEngines } from './rule-case';
import { ruleCases } from './rule-cases';
import { table } from './table';
import { templateCases } from './template-cases';

const verification = join(__dirname, '../../../docs/verification.md');

describe('what synth accepts', () => {
  test.each(acceptedSets.map((files) => [files[0]?.what, files] as const))(
    '%s and what stands beside it',
    (_, files) => {
      expect(ruleFileProblems(files)).toEqual([]);
    },
  );

  test.each(acceptedDefinitions)('$what', ({ definition }) => {
    expect(definitionProblems(definition)).toEqual([]);
  });
});

describe('what synth refuses', () => {
  test.each(everyRuleCase)('a rule file with $what', ({ input, ours }) => {
    const places = /^(service\.yaml|rules): ((group|alert|record|rule number) \S*: )*/;
    const problems = ruleFileProblems([input]).map((problem) => problem.replace(places, ''));

    expect(problems).toEqual([ours]);
  });

  test('two rule files of one name', () => {
    const other = { ...rightFile, path: 'team/service.yaml' };

    expect(ruleFileProblems([rightFile, other])).toContain(
      'team/service.yaml: its name is taken by service.yaml; rename one',
    );
  });

  test.each(definitionCases)('an alert manager definition with $what', ({ input, ours }) => {
    const problems = definitionProblems(input).map((problem) =>
      problem.replace('lib/alerting/alertmanager.ts: ', ''),
    );

    expect(problems.join(' + ')).toEqual(ours);
  });
});

test.each([...everyRuleCase, ...definitionCases])('$what: a difference has a reason', (one) => {
  const isTaken = Object.values<Verdict>(one.engines).some((said) => typeof said === 'string');

  expect(one.why !== undefined).toBe(isTaken);
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
