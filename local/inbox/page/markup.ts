// Tags that can neither load nor run anything.
type Tag =
  | 'a'
  | 'article'
  | 'b'
  | 'blockquote'
  | 'code'
  | 'dd'
  | 'del'
  | 'details'
  | 'div'
  | 'dl'
  | 'dt'
  | 'h2'
  | 'h3'
  | 'header'
  | 'hr'
  | 'i'
  | 'li'
  | 'p'
  | 'pre'
  | 'section'
  | 'span'
  | 'summary'
  | 'time'
  | 'ul';

/** A piece of the page. Text in it is only ever text: there is no way from here to HTML. */
export interface Markup {
  readonly tag: Tag;
  /** A name that begins with `--` is a CSS variable. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Child[];
}

export type Child = Markup | string;

export function element(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): Markup {
  return { tag, attributes, children };
}

/** A link to an address out of a message; one that is neither web nor mail is shown as the text it is. */
export function link(address: string, ...children: readonly Child[]): Markup {
  if (!/^(https?:\/\/|mailto:)/i.test(address)) {
    const label = children.map(textOf).join('');
    const text = label === address ? address : `${address} ${label}`;
    return element('span', { class: 'bad-link', title: 'not a link' }, text);
  }
  return element('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, ...children);
}

/** The text as a reader sees it. */
export function textOf(child: Child): string {
  return typeof child === 'string' ? child : child.children.map(textOf).join('');
}
