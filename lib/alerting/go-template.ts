import { type Action, type Token, templateActions } from './go-template-actions.js';
import { pipelineProblem } from './go-template-pipeline.js';

/** What the engine that fills in a template gives it. */
export interface TemplateLanguage {
  readonly functions: readonly string[];
  readonly variables: readonly string[];
}

/** Labels and annotations of alerts, as in Prometheus 2.42: https://prometheus.io/docs/prometheus/2.42/configuration/template_reference/ */
export const ruleTemplates: TemplateLanguage = {
  functions: [
    ...['query', 'first', 'label', 'value', 'sortByLabel', 'strvalue', 'args', 'humanize'],
    ...['humanize1024', 'humanizeDuration', 'humanizePercentage', 'humanizeTimestamp', 'toTime'],
    ...['title', 'toUpper', 'toLower', 'stripPort', 'stripDomain', 'match', 'reReplaceAll'],
    ...['graphLink', 'tableLink', 'parseDuration', 'safeHtml', 'pathPrefix', 'externalURL'],
  ],
  variables: ['$labels', '$externalLabels', '$externalURL', '$value'],
};

/** Notifications, as in Alertmanager 0.25: https://prometheus.io/docs/alerting/0.25/notifications/ */
export const notificationTemplates: TemplateLanguage = {
  functions: [
    ...['title', 'toUpper', 'toLower', 'join', 'match', 'safeHtml', 'reReplaceAll', 'stringSlice'],
  ],
  variables: [],
};

/** Why a template would be refused when it is loaded, or could never be filled in: the first reason. */
export function templateProblem(template: string, language: TemplateLanguage): string | undefined {
  const actions = templateActions(template);
  if (typeof actions === 'string') return actions;
  const whole: Block = { keyword: '', action: '', variables: ['$', ...language.variables] };
  const blocks = [whole];
  for (const action of actions) {
    const problem = actionProblem({ action, blocks, language });
    if (problem !== undefined) return `'${action.text}' ${problem}`;
  }
  const open = blocks.at(-1);
  return open && open !== whole ? `'${open.action}' is not closed by '{{ end }}'` : undefined;
}

/** From if, with, range, define or block to its end. */
interface Block {
  readonly keyword: string;
  readonly action: string;
  readonly variables: string[];
}

interface Reading {
  readonly action: Action;
  readonly blocks: Block[];
  readonly language: TemplateLanguage;
}

type Problem = string | undefined;

function actionProblem(reading: Reading): Problem {
  const { tokens } = reading.action;
  const index = tokens.findIndex(({ kind }) => kind !== 'space');
  const keyword = tokens[index]?.text ?? '';
  const read = keywords.get(keyword);
  return read === undefined
    ? valueProblem(reading, tokens)
    : read(reading, tokens.slice(index + 1));
}

/** What follows a keyword. */
type KeywordReader = (reading: Reading, rest: readonly Token[]) => Problem;

const keywords = new Map<string, KeywordReader>([
  ['if', opens('if')],
  ['with', opens('with')],
  ['range', opens('range')],
  ['define', defines],
  ['block', defines],
  ['template', uses],
  ['else', elseProblem],
  ['end', endProblem],
  ['break', leaves],
  ['continue', leaves],
]);

function valueProblem({ blocks, language }: Reading, tokens: readonly Token[]): Problem {
  const variables = blocks.at(-1)?.variables ?? [];
  return pipelineProblem(tokens, { functions: language.functions, variables });
}

function opens(keyword: string): KeywordReader {
  return (reading, rest) => {
    const { action, blocks } = reading;
    const variables = [...(blocks.at(-1)?.variables ?? [])];
    blocks.push({ keyword, action: action.text, variables });
    return valueProblem(reading, rest);
  };
}

/** A template of its own, which knows no variable of what is around it. */
function defines(reading: Reading, rest: readonly Token[]): Problem {
  const { action, blocks } = reading;
  const [name, value] = nameAndValue(rest);
  const isBlock = /^\{\{-?\s*block/.test(action.text);
  if (!isBlock && blocks.length > 1) return 'must not stand inside another block';
  if (name === undefined || isBlock !== value.length > 0) {
    return `must be ${isBlock ? 'block "name" value' : 'define "name"'}`;
  }
  const problem = isBlock ? valueProblem(reading, value) : undefined;
  blocks.push({ keyword: 'define', action: action.text, variables: ['$'] });
  return problem;
}

function uses(reading: Reading, rest: readonly Token[]): Problem {
  const [name, value] = nameAndValue(rest);
  if (name === undefined) return 'must be template "name" value';
  return value.length > 0 ? valueProblem(reading, value) : undefined;
}

function nameAndValue(tokens: readonly Token[]): [string | undefined, readonly Token[]] {
  const [name, ...value] = withoutSpaceBefore(tokens);
  const isName = name?.kind === 'quoted' && !name.text.startsWith("'");
  return [isName ? name.text : undefined, withoutSpaceBefore(value)];
}

function withoutSpaceBefore(tokens: readonly Token[]): readonly Token[] {
  return tokens[0]?.kind === 'space' ? tokens.slice(1) : tokens;
}

function elseProblem(reading: Reading, rest: readonly Token[]): Problem {
  const { blocks } = reading;
  const block = blocks.at(-1);
  if (!block || !['if', 'with', 'range'].includes(block.keyword)) {
    return 'belongs to no if, with or range';
  }
  const [next, ...value] = withoutSpaceBefore(rest);
  // Nothing but the end may follow.
  if (next === undefined) blocks.splice(-1, 1, { ...block, keyword: 'else' });
  if (next === undefined) return undefined;
  // `else with` is newer than the Go of Prometheus 2.42.
  const isElseIf = next.text === 'if' && block.keyword === 'if';
  return isElseIf ? valueProblem(reading, value) : "must be 'else' or, of an if, 'else if'";
}

function endProblem({ blocks }: Reading, rest: readonly Token[]): Problem {
  if (withoutSpaceBefore(rest).length > 0) return 'must be end alone';
  return blocks.length > 1 && blocks.pop() ? undefined : 'closes nothing';
}

function leaves({ blocks }: Reading, rest: readonly Token[]): Problem {
  const isInside = blocks.some(({ keyword }) => keyword === 'range');
  const isAlone = withoutSpaceBefore(rest).length === 0;
  return isInside && isAlone ? undefined : 'belongs alone, inside a range';
}
