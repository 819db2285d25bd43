import { type Action, type Token, templateActions } from './go-template-actions.js';

/** What the engine that fills in a template gives it. */
export interface TemplateLanguage {
  readonly functions: readonly string[];
  readonly variables: readonly string[];
}

// https://pkg.go.dev/text/template#hdr-Functions
const goFunctions = [
  ...['and', 'call', 'eq', 'ge', 'gt', 'html', 'index', 'js', 'le', 'len', 'lt', 'ne', 'not', 'or'],
  ...['print', 'printf', 'println', 'slice', 'urlquery'],
];

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

/** Notifications, as in Alertmanager 0.25, the oldest that is checked with: https://prometheus.io/docs/alerting/0.25/notifications/ */
export const notificationTemplates: TemplateLanguage = {
  functions: [
    ...['title', 'toUpper', 'toLower', 'join', 'match', 'safeHtml', 'reReplaceAll', 'stringSlice'],
  ],
  variables: [],
};

/** Why a template would be refused when it is loaded: the first reason. */
export function templateProblem(template: string, language: TemplateLanguage): string | undefined {
  const actions = templateActions(template);
  if (typeof actions === 'string') return actions;
  const blocks: Block[] = [{ keyword: 'template', action: '', variables: ['$', ...language.variables] }];
  for (const action of actions) {
    const problem = actionProblem(action, blocks, language);
    if (problem !== undefined) return `'${action.text}' ${problem}`;
  }
  const open = blocks.at(-1);
  return open && blocks.length > 1 ? `'${open.action}' is not closed by '{{ end }}'` : undefined;
}

interface Block {
  keyword: string;
  readonly action: string;
  readonly variables: string[];
}

type Problem = string | undefined;

function actionProblem(action: Action, blocks: Block[], language: TemplateLanguage): Problem {
  const words = action.tokens.filter(({ kind }) => kind !== 'space');
  const [first, ...rest] = words;
  const keyword = first?.kind === 'word' ? first.text : '';
  const after = action.tokens.slice(action.tokens.indexOf(first ?? noToken) + 1);
  const pipeline = (tokens: readonly Token[]) => pipelineProblem(tokens, blocks, language);
  const open = () => {
    const inherited = keyword === 'define' ? ['$'] : (blocks.at(-1)?.variables ?? []);
    blocks.push({ keyword, action: action.text, variables: [...inherited] });
  };
  switch (keyword) {
    case 'if':
    case 'with':
    case 'range':
      open();
      return pipeline(after);
    case 'define':
      if (blocks.length > 1) return 'must not stand inside another block';
      open();
      return isName(rest) ? undefined : 'must be define "name"';
    case 'block':
      open();
      return isName(rest.slice(0, 1)) ? pipeline(afterName(after)) : 'must be block "name" value';
    case 'template':
      if (!isName(rest.slice(0, 1))) return 'must be template "name" value';
      return rest.length > 1 ? pipeline(afterName(after)) : undefined;
    case 'else':
      return elseProblem(rest, after, blocks, pipeline);
    case 'end':
      if (rest.length > 0) return 'must be end alone';
      return blocks.length > 1 && blocks.pop() ? undefined : 'closes nothing';
    case 'break':
    case 'continue':
      return rest.length === 0 && blocks.some((block) => block.keyword === 'range')
        ? undefined
        : 'belongs alone, inside a range';
    default:
      return pipeline(action.tokens);
  }
}

const noToken: Token = { kind: 'space', text: '' };

function isName(tokens: readonly Token[]): boolean {
  return tokens.length === 1 && /^["`]/.test(tokens[0]?.text ?? '');
}

function afterName(tokens: readonly Token[]): readonly Token[] {
  return tokens.slice(tokens.findIndex(({ kind }) => kind === 'quoted') + 1);
}

function elseProblem(
  rest: readonly Token[],
  after: readonly Token[],
  blocks: Block[],
  pipeline: (tokens: readonly Token[]) => Problem,
): Problem {
  const block = blocks.at(-1);
  if (!block || !['if', 'with', 'range'].includes(block.keyword)) {
    return 'belongs to no if, with or range';
  }
  const [next] = rest;
  if (next === undefined) {
    // Nothing but the end may follow.
    block.keyword = 'else';
    return undefined;
  }
  // `else with` is newer than the Go of Prometheus 2.42.
  if (next.text !== 'if' || block.keyword !== 'if') return "must be 'else' or, of an if, 'else if'";
  return pipeline(after.slice(after.indexOf(next) + 1));
}

/** A pipeline as letters: x a function, e what may be called or not, c what cannot be called. */
const ARGUMENTS = '( [xec])*';
const PIPELINE = `([xe]${ARGUMENTS}|c)(\\|[xe]${ARGUMENTS})*`;
const inParentheses = new RegExp(`\\(${PIPELINE}\\)`);
const whole = new RegExp(`^(e(,e)?=)?${PIPELINE}$`);

function pipelineProblem(
  tokens: readonly Token[],
  blocks: readonly Block[],
  { functions }: TemplateLanguage,
): Problem {
  let letters = tokens.map(letterOf).join('').replace(/ +/g, ' ').replace(/ ?([|,=]) ?/g, '$1');
  letters = letters.replaceAll('( ', '(').replaceAll(' )', ')').trim();
  while (inParentheses.test(letters)) letters = letters.replace(inParentheses, 'e');
  if (!whole.test(letters)) return 'is not a pipeline of Go templates';
  const declares = letters.includes('=') && tokens.some(({ text }) => text === ':=');
  const variables = tokens.filter(({ kind }) => kind === 'variable').map(({ text }) => nameOf(text));
  const count = declares ? (/^e(,e)?=/.exec(letters)?.[0].match(/e/g)?.length ?? 0) : 0;
  blocks.at(-1)?.variables.push(...variables.slice(0, count));
  const unknown = variables.find((name) => !blocks.at(-1)?.variables.includes(name));
  if (unknown !== undefined) return `uses the variable '${unknown}', which nothing declares`;
  const missing = tokens.find(
    ({ kind, text }) => kind === 'word' && ![...constants, ...goFunctions, ...functions].includes(text),
  );
  return missing && `uses the function '${missing.text}', which is unknown there`;
}

const constants = ['true', 'false', 'nil'];

const letters: Readonly<Record<Token['kind'], string>> = {
  space: ' ',
  quoted: 'c',
  variable: 'e',
  number: 'c',
  field: 'e',
  dot: 'c',
  word: 'x',
  pipe: '|',
  declare: '=',
  comma: ',',
  open: '(',
  close: ')',
};

function letterOf({ kind, text }: Token): string {
  return constants.includes(text) ? 'c' : letters[kind];
}

function nameOf(variable: string): string {
  return variable.split('.')[0] ?? '';
}
