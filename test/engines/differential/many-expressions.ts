import { functionCalls } from './function-calls';
import { randomExpressions } from './random-text';

export const manyExpressions = [
  ['3000 expressions, of which it takes a third', randomExpressions(3000), 900],
  ['every function with every kind of argument', functionCalls(), 80],
] as const;
