import { expressionCases } from './expression-cases';
import { ruleCases } from './rule-cases';
import { templateCases } from './template-cases';

export const everyRuleCase = [...ruleCases, ...expressionCases, ...templateCases];
