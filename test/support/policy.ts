/** An IAM policy as CloudFormation renders it, with every reference already resolved. */
export interface PolicyDocument {
  readonly Statement?: Statement | readonly Statement[];
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** One call that AWS has to decide on. */
export interface AccessRequest {
  /** Left out for a policy of the caller itself, which names no principal. */
  readonly principal?: { readonly service: string } | { readonly arn: string };
  readonly action: string;
  readonly resource: string;
  /** The condition keys that are known to come with the call; nothing is known of any other. */
  readonly context: Readonly<Record<string, string>>;
}

export type Decision = 'allowed' | 'denied' | 'undecided';

/**
 * What AWS would decide, on the cautious side: a statement that this evaluator does not understand
 * grants nothing, and denies what it might deny.
 */
export function decision(policies: readonly PolicyDocument[], request: AccessRequest): Decision {
  const statements = policies.flatMap(({ Statement: all }) => listOf(all));
  const applying = (effect: Statement['Effect']) =>
    statements.some((one) => one.Effect === effect && applies(one, request));
  if (applying('Deny')) return 'denied';
  return applying('Allow') ? 'allowed' : 'undecided';
}

function applies(statement: Statement, request: AccessRequest): boolean {
  const isDeny = statement.Effect === 'Deny';
  return (
    namesPrincipal(statement, request, isDeny) &&
    namesAction(statement, request.action) &&
    namesResource(statement, request.resource) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(
        ([key, values]) => holds(operator, contextValue(request, key), listOf(values)) ?? isDeny,
      ),
    )
  );
}

function namesPrincipal(statement: Statement, request: AccessRequest, isDeny: boolean): boolean {
  const { Principal: named, NotPrincipal: others } = statement;
  const { principal } = request;
  if (principal === undefined) return named === undefined && others === undefined;
  if (named === undefined) return isDeny && others !== undefined;
  if (named === '*' || listOf(named.AWS).includes('*')) return isDeny || 'arn' in principal;
  if ('service' in principal) return listOf(named.Service).includes(principal.service);
  return listOf(named.AWS).some((name) =>
    isDeny ? !isSomebodyElse(name, principal.arn) : name === principal.arn,
  );
}

/** Certainly not the caller: its account, a session of it and what cannot be read may all mean it. */
function isSomebodyElse(name: string, caller: string): boolean {
  const account = (arn: string) => /^\d{12}$/.exec(arn)?.[0] ?? /:(\d{12}):/.exec(arn)?.[1];
  const isOther = account(name) !== undefined && account(name) !== account(caller);
  return isOther || (/:(?:role|user)\//.test(name) && name !== caller);
}

function namesAction({ Action, NotAction }: Statement, action: string): boolean {
  const isIn = (patterns: readonly string[]) =>
    patterns.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
  return Action === undefined ? !isIn(listOf(NotAction)) : isIn(listOf(Action));
}

function namesResource({ Resource, NotResource }: Statement, resource: string): boolean {
  const isIn = (patterns: readonly string[]) =>
    patterns.some((pattern) => matches(pattern, resource));
  // The trust policy of a role names no resource at all.
  if (Resource === undefined && NotResource === undefined) return true;
  return Resource === undefined ? !isIn(listOf(NotResource)) : isIn(listOf(Resource));
}

/** Undefined when the operator is not understood, or nothing is known of the key. */
function holds(
  operator: string,
  actual: string | undefined,
  wanted: readonly string[],
): boolean | undefined {
  const test = operators[operator];
  if (test === undefined || actual === undefined) return undefined;
  return wanted.some((value) => test(String(value), actual));
}

const operators: Readonly<Record<string, (wanted: string, actual: string) => boolean>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringLike: matches,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
};

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html:
// each of the six parts of an ARN is compared by itself.
function matchesArn(pattern: string, arn: string): boolean {
  const parts = (text: string) => {
    const [head, rest] = [text.split(':').slice(0, 5), text.split(':').slice(5).join(':')];
    return [...head, rest];
  };
  const actual = parts(arn);
  return parts(pattern).every((part, index) => matches(part, actual[index] ?? ''));
}

function matches(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}

function contextValue({ context }: AccessRequest, key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

function listOf<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
}
