const watch = Symbol('watch');

/** What Express sets on a request while it looks for the route. */
export interface RoutedRequest {
  baseUrl?: string;
  params?: Params;
  route?: Route | undefined;
  [watch]?: Watch;
}

interface Route {
  readonly path?: unknown;
}

type Params = Readonly<Record<string, unknown>>;

interface Watch {
  baseUrl: string;
  route: Route | undefined;
  /** The parameters of the last mount point; a router with `mergeParams` has them too. */
  inherited: Params;
  /** The template of each base URL that the request has had, except of the empty one. */
  readonly templates: Map<string, string>;
  found: { readonly base: string; readonly route: Route } | undefined;
}

/** Watches which route Express takes, and says its template when it is asked afterwards. */
export function watchedRoute(request: RoutedRequest): () => string | undefined {
  const watching = request[watch] ?? watchOver(request);
  return () => {
    const { found } = watching;
    if (found) return joined(bounded(found.route, found.base, MAX_BASES), found.route.path);
    // A handler without a route, such as a GraphQL server, is known by where it is mounted.
    const base = watching.templates.get(watching.baseUrl);
    return base && `${bounded(mounts, base, MAX_MOUNTS)}/*`;
  };
}

function watchOver(request: RoutedRequest): Watch {
  const { baseUrl = '', route } = request;
  const templates = new Map<string, string>();
  const watching = { baseUrl: '', route, inherited: {}, templates, found: undefined };
  request[watch] = watching;
  Object.defineProperties(request, setters);
  request.baseUrl = baseUrl;
  return watching;
}

// After the response it is too late to look: an error takes the base URL away again, and it only holds what
// the client sent (`/teams/7`). These setters see each step, and all requests share them.
const setters: PropertyDescriptorMap & ThisType<RoutedRequest> = {
  baseUrl: {
    get() {
      return this[watch]?.baseUrl;
    },
    set(baseUrl: string) {
      const watching = this[watch];
      // Express sets the parameters of a mount point just before its base URL.
      if (watching) enter(watching, baseUrl, this.params ?? {});
    },
    enumerable: true,
    configurable: true,
  },
  route: {
    get() {
      return this[watch]?.route;
    },
    set(route: Route | undefined) {
      const watching = this[watch];
      if (!watching) return;
      watching.route = route;
      if (route) watching.found = { route, base: watching.templates.get(watching.baseUrl) ?? '' };
    },
    enumerable: true,
    configurable: true,
  },
};

function enter(watching: Watch, baseUrl: string, params: Params) {
  const { baseUrl: outer, inherited, templates } = watching;
  watching.baseUrl = baseUrl;
  if (typeof baseUrl !== 'string' || baseUrl.length <= outer.length) return;
  const added = baseUrl.startsWith(outer) ? baseUrl.slice(outer.length) : baseUrl;
  templates.set(baseUrl, `${templates.get(outer) ?? ''}${template(added, params, inherited)}`);
  watching.inherited = params;
}

/** Names the parameters in a part of a URL; a segment that only holds one, as `/v:version`, is named too. */
function template(part: string, params: Params, inherited: Params): string {
  const named = Object.entries(params);
  // Most mount points are a text, as it is in the code; this is done for every request.
  if (named.length === 0) return part;
  let segments = part.split('/').map(decoded);
  for (const [name, value] of named) {
    for (const text of [value].flat().flatMap((one) => texts(one, segments))) {
      const isWhole = inherited[name] === value || segments.includes(text);
      const holds = (segment: string) => (isWhole ? segment === text : segment.includes(text));
      segments = segments.map((segment) => (holds(segment) ? `:${name}` : segment));
    }
  }
  // However deep the path is that a wildcard takes, it has one name.
  return segments.filter((one, at) => !one.startsWith(':') || one !== segments[at - 1]).join('/');
}

/** A wildcard takes several segments, and an encoded slash is part of one. */
function texts(value: unknown, segments: readonly string[]): string[] {
  if (typeof value !== 'string') return [];
  return segments.includes(value) ? [value] : value.split('/').filter((text) => text !== '');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function joined(base: string, path: unknown): string {
  // A route may have a list of paths, or an expression: either is written as it is in the code.
  return path === '/' && base !== '' ? base : `${base}${path}`;
}

const MAX_BASES = 5;
const MAX_MOUNTS = 20;
const mounts = {};
const basesOf = new WeakMap<object, Map<string, string>>();

/** A mount point that is an expression without a group has endless base URLs; so has `/API` for `/api`. */
function bounded(key: object, base: string, atMost: number): string {
  const bases = basesOf.get(key) ?? new Map<string, string>();
  basesOf.set(key, bases);
  const known = bases.get(base.toLowerCase());
  if (known !== undefined) return known;
  if (bases.size >= atMost) return '*';
  bases.set(base.toLowerCase(), base);
  return base;
}
