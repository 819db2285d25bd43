import { unknownEscape } from './go-text.js';

/** What stands between `{{` and `}}`. */
export interface Action {
  readonly text: string;
  readonly tokens: readonly Token[];
}

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

export type TokenKind = keyof typeof patterns;

// In the order in which they are tried. Fields that follow at once belong to what they follow.
const patterns = {
  space: /\s+/y,
  quoted: /"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.[^']*)'/y,
  variable: /\$\w*(?:\.\w+)*/y,
  number: /[+-]?(?:0[xX][\da-fA-F_]+|\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?)/y,
  field: /(?:\.[\p{L}_]\w*)+/uy,
  dot: /\./y,
  word: /[\p{L}_]\w*/uy,
  pipe: /\|/y,
  declare: /:=|=/y,
  comma: /,/y,
  open: /\(/y,
  close: /\)(?:\.\w+)*/y,
} satisfies Record<string, RegExp>;

const kinds = Object.keys(patterns) as TokenKind[];

// What may follow a name or a number at once: https://pkg.go.dev/text/template
const ends = /[\s|():=,.]|-?\}\}|$/y;
const mustEnd: readonly TokenKind[] = ['variable', 'number', 'field', 'word', 'dot'];

const OPENS = /\{\{(?:-\s)?\s*/y;
const COMMENT = /\{\{(?:-\s)?\/\*/y;
const COMMENT_ENDS = /\*\/(?:\s+-)?\}\}/g;
const CLOSES = /(?:\s+-)?\}\}/y;

/** The actions of a Go template in their order, or why they cannot be read. */
export function templateActions(template: string): Action[] | string {
  const actions: Action[] = [];
  let from = 0;
  for (;;) {
    const start = template.indexOf('{{', from);
    if (start < 0) return actions;
    if (matchAt(COMMENT, template, start) !== undefined) {
      const end = endOfComment(template, start);
      if (end === undefined) return `${excerpt(template, start)} is not closed by '*/}}'`;
      from = end;
      continue;
    }
    const action = readAction(template, start);
    if (typeof action === 'string') return action;
    actions.push(action);
    from = start + action.text.length;
  }
}

function endOfComment(template: string, start: number): number | undefined {
  COMMENT_ENDS.lastIndex = start;
  return COMMENT_ENDS.test(template) ? COMMENT_ENDS.lastIndex : undefined;
}

function readAction(template: string, start: number): Action | string {
  let at = start + (matchAt(OPENS, template, start)?.length ?? 0);
  const tokens: Token[] = [];
  for (;;) {
    const close = matchAt(CLOSES, template, at);
    if (close !== undefined) {
      return { text: template.slice(start, at + close.length), tokens };
    }
    const token = readToken(template, at);
    const place = excerpt(template, start);
    if (token === undefined) return unreadable(template, at, place);
    at += token.text.length;
    if (mustEnd.includes(token.kind) && matchAt(ends, template, at) === undefined) {
      return unreadable(template, at, place);
    }
    const unknown = token.kind === 'quoted' ? unknownEscape(token.text) : undefined;
    if (unknown !== undefined) return `'${unknown}' is no escape in ${place}`;
    tokens.push(token);
  }
}

function readToken(template: string, at: number): Token | undefined {
  for (const kind of kinds) {
    const text = matchAt(patterns[kind], template, at);
    if (text !== undefined) return { kind, text };
  }
  return undefined;
}

function unreadable(template: string, at: number, place: string): string {
  return at >= template.length
    ? `${place} is not closed by '}}'`
    : `${place} stops being a template at '${template.slice(at, at + 10).split('\n')[0]}'`;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const EXCERPT_CHARS = 40;

function excerpt(template: string, start: number): string {
  const [line = ''] = template.slice(start, start + EXCERPT_CHARS).split('\n');
  const end = line.indexOf('}}');
  return `'${end < 0 ? line : line.slice(0, end + 2)}'`;
}
