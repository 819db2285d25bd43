import type { Child, Markup } from './markup.js';

// The few parts of the DOM that the page needs. TypeScript's own `dom` library cannot be had for one folder:
// its globals would be known, and its `setTimeout` preferred, in the functions and stacks as well.
export interface DomElement {
  id: string;
  textContent: string | null;
  readonly dataset: Record<string, string | undefined>;
  readonly style: { setProperty(name: string, value: string): void };
  readonly classList: { add(name: string): void };
  setAttribute(name: string, value: string): void;
  append(...nodes: (DomElement | string)[]): void;
  prepend(...nodes: (DomElement | string)[]): void;
  replaceChildren(...nodes: (DomElement | string)[]): void;
  replaceWith(node: DomElement): void;
  addEventListener(event: string, listener: () => void): void;
}

interface Dom {
  title: string;
  readonly body: DomElement;
  createElement(tag: string): DomElement;
  getElementById(id: string): DomElement | null;
}

interface Browser {
  readonly document: Dom;
  readonly location: { readonly hash: string };
  readonly EventSource: new (
    address: string,
  ) => {
    onopen: () => void;
    onerror: () => void;
    addEventListener(name: string, listener: (event: { readonly data: string }) => void): void;
  };
  addEventListener(event: string, listener: () => void): void;
}

export const browser = globalThis as unknown as Browser;

/** The only way from markup to the page: text becomes a text node, never HTML. */
export function drawn({ tag, attributes, children }: Markup): DomElement {
  const node = browser.document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('--')) node.style.setProperty(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children.map(drawnChild));
  return node;
}

function drawnChild(child: Child): DomElement | string {
  return typeof child === 'string' ? child : drawn(child);
}

/** A part of page.html. */
export function part(id: string): DomElement {
  const found = browser.document.getElementById(id);
  if (!found) throw new Error(`page.html has no #${id}`);
  return found;
}
