import type { Token } from './go-template-actions.js';

/** What a pipeline may name. */
export interface Names {
  readonly functions: readonly string[];
  /** Those that are declared so far; what the pipeline declares is added. */
  readonly variables: string[];
}

// https://pkg.go.dev/text/template#hdr-Functions
const goFunctions = [
  ...['and', 'call', 'eq', 'ge', 'gt', 'html', 'index', 'js', 'le', 'len', 'lt', 'ne', 'not', 'or'],
  ...['print', 'printf', 'println', 'slice', 'urlquery'],
];
const constants = ['true', 'false', 'nil'];

/** Why a pipeline, which is what stands after a keyword or alone in an action, would be refused. */
export function pipelineProblem(tokens: readonly Token[], names: Names): string | undefined {
  const letters = tokens.map(letterOf).join('').replace(/ +/g, ' ');
  const tight = letters
    .replace(/ ?([|,=]) ?/g, '$1')
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')');
  const read = shape.exec(withoutParentheses(tight.trim()));
  if (read === null) return 'is not a pipeline of Go templates';
  const used = tokens
    .filter(({ kind }) => kind === 'variable')
    .map(({ text }) => text.replace(/\..*$/, ''));
  if (tokens.some(({ text }) => text === ':=')) {
    names.variables.push(...used.slice(0, (read[1] ?? '').split(',').length));
  }
  const unknown = used.find((name) => !names.variables.includes(name));
  if (unknown !== undefined) return `uses the variable '${unknown}', which nothing declares`;
  const known = [...constants, ...goFunctions, ...names.functions];
  const missing = tokens.find(({ kind, text }) => kind === 'word' && !known.includes(text));
  return missing && `uses the function '${missing.text}', which is unknown there`;
}

// x a function, v a variable, e what else may be called or not, c what cannot be called.
const letterOfKind: Readonly<Record<Token['kind'], string>> = {
  space: ' ',
  quoted: 'c',
  variable: 'v',
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
  if (constants.includes(text)) return 'c';
  return kind === 'variable' && text.includes('.') ? 'e' : letterOfKind[kind];
}

const call = '[xev]( [xevc])*';
const pipeline = `(?:${call}|c)(?:\\|${call})*`;
const parentheses = new RegExp(`\\(${pipeline}\\)`);
const shape = new RegExp(`^(?:(v(?:,v)?)=)?${pipeline}$`);

function withoutParentheses(letters: string): string {
  const outer = letters.replace(parentheses, 'e');
  return outer === letters ? letters : withoutParentheses(outer);
}
