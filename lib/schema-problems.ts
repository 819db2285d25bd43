import type { z } from 'zod';

/** What is wrong with a value that a person wrote, one line per problem, starting with the place to edit. */
export function schemaProblems(place: string, schema: z.ZodType, input: unknown): string[] {
  const { error } = schema.safeParse(input);
  return flatIssues(error?.issues ?? []).map((issue) => problem(place, issue, input));
}

/** Of a union, the issues of the nearest branch: its own message would not say what to mend. */
function flatIssues(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue];
    const [nearest, next] = issue.errors
      .filter((branch) => branch.every((part) => part.path.length > 0))
      .sort((a, b) => a.length - b.length);
    if (nearest === undefined || nearest.length === next?.length) return [issue];
    return flatIssues(nearest).map((part) => ({ ...part, path: [...issue.path, ...part.path] }));
  });
}

function problem(place: string, issue: z.core.$ZodIssue, input: unknown): string {
  const field = `${place}${pathText(issue.path)}`;
  if (issue.code === 'unrecognized_keys') {
    return `${field} has no field ${issue.keys.map((key) => `'${key}'`).join(', ')}`;
  }
  const message = isUnworded(issue)
    ? `must be ${kinds[issue.expected] ?? issue.expected}`
    : issue.message;
  if (!message.startsWith('must ')) return `${field}: ${message}`;
  const value = issue.path.reduce<unknown>(
    (parent, key) => (parent as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
  return `${field} ${message}, got ${Number.isNaN(value) ? 'NaN' : (JSON.stringify(value) ?? 'nothing')}`;
}

const kinds: Partial<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  record: 'an object',
  string: 'text',
  boolean: 'true or false',
};

/** A wrong type, where the schema brings no words of its own. */
function isUnworded(issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === 'invalid_type' && issue.message.startsWith('Invalid input');
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
}
