import { promqlTree } from '../../lib/alerting/promql-tree';
import { isMatchedElsewhere } from './matched-elsewhere';

const findings = (expression: string) => {
  const found: boolean[] = [];
  promqlTree(expression).iterate({
    enter: ({ name, node }) => {
      if (name === 'UnquotedLabelMatcher') found.push(isMatchedElsewhere(node, expression));
    },
  });
  return found;
};

describe('isMatchedElsewhere', () => {
  test.each([
    ['a{x="1"}', [false]],
    ['a{x="1"} / b{x="1"}', [true, true]],
    ['a{x="1"} / b', [false]],
    ['a{x="1"} / b{x="2"}', [false, false]],
    ['sum_over_time(a{x="1"}[1h]) * 30 > 5 and (b{x="1"} / 2 > 1)', [true, true]],
    ['a{x="1"} / on (job) b{x="1"}', [false, false]],
    ['sum by (job) (a{x="1"}) / sum by (job) (b{x="1"})', [false, false]],
    ['absent(a{x="1"}) and b{x="1"}', [false, false]],
    ['a{x="1"} or b{x="1"}', [false, false]],
    ['(a{x="1"} or b{x="1"}) and c{x="1"}', [true, true, true]],
    ['(a{x="1"} or b) and c{x="1"}', [true, false]],
    ['a{x="1"} unless b{x="1"}', [false, true]],
    ['(a{x="1"} unless b) and c{x="1"}', [true, true]],
    ['a unless (b{x="1"} and c{x="1"})', [true, true]],
  ])('%s: %j', (expression, expected) => {
    expect(findings(expression)).toEqual(expected);
  });
});
