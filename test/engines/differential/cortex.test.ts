import { promqlProblem } from '../../../lib/alerting/promql';
import { type Cortex, startCortex } from '../support/cortex';
import { acceptedDefinitions, acceptedFiles } from './accepted';
import { askedOf, expected } from './case';
import { definitionCases } from './definition-cases';
import { everyRuleCase } from './every-rule-case';
import { manyExpressions } from './many-expressions';
import { cortexDefinitionRefusal, cortexExpressionRefusals, cortexRulesRefusal } from './readers';

let cortex: Cortex;

beforeAll(async () => {
  cortex = await startCortex();
}, 600_000);

afterAll(() => cortex?.stop());

describe('Cortex accepts what synth accepts:', () => {
  test.each(acceptedFiles)('$what', async ({ text }) => {
    expect(await cortexRulesRefusal(cortex.url, text)).toBeUndefined();
  });

  test.each(acceptedDefinitions)('$what', async ({ definition }) => {
    expect(await cortexDefinitionRefusal(cortex.url, definition)).toBeUndefined();
  });

  test.each(manyExpressions)('of %s', async (_, expressions) => {
    const taken = expressions.filter((expr) => promqlProblem(expr) === undefined);

    const refused = await cortexExpressionRefusals(cortex.url, taken);

    expect(taken.length).toBeGreaterThan(50);
    expect(refused).toEqual([]);
  });
});

describe('Cortex says what the table says of', () => {
  test.each(askedOf(everyRuleCase, 'Cortex'))('a rule file with $what', async (one) => {
    const said = await cortexRulesRefusal(cortex.url, one.input.text);

    expect(said).toEqual(expected(one.says));
  });

  test.each(askedOf(definitionCases, 'Cortex'))('a definition with $what', async (one) => {
    const said = await cortexDefinitionRefusal(cortex.url, one.input);

    expect(said).toEqual(expected(one.says));
  });
});
