interface EditableResource {
  readonly Type: string;
  Properties?: object;
  Condition?: string;
}

interface EditableTemplate {
  readonly Resources: Record<string, EditableResource>;
}

/** Changes templates in place; throws if there is nothing to change. */
export type Edit = (templates: Readonly<Record<string, EditableTemplate>>) => void;

/** A copy of templates with some wires cut. */
export function edited<T extends Readonly<Record<string, EditableTemplate>>>(
  templates: T,
  edits: readonly Edit[],
): T {
  const copy = structuredClone(templates);
  for (const edit of edits) edit(copy);
  return copy;
}

/** Takes a resource away; it is named `prod-notifications: SlackQueue`, without the hash of its id. */
export function without(address: string): Edit {
  return (templates) => {
    const { template, logicalId } = located(templates, address);
    delete template.Resources[logicalId];
  };
}

/** Adds a resource. */
export function withResource(stack: string, resource: EditableResource): Edit {
  return (templates) => {
    const { Resources } = templates[stack] ?? {};
    if (Resources === undefined) throw new Error(`no stack ${stack}`);
    Resources.Added = resource;
  };
}

/** Adds a copy of a resource. */
export function withCopy(address: string): Edit {
  return (templates) => {
    const { template, logicalId, resource } = located(templates, address);
    template.Resources[`${logicalId}Copy`] = resource;
  };
}

/** Lets a resource exist only under a condition. */
export function withCondition(address: string, condition: string): Edit {
  return (templates) => {
    located(templates, address).resource.Condition = condition;
  };
}

/** Takes the policy statements away in whose text the words occur. */
export function withoutStatement(address: string, words: string): Edit {
  return changed(address, (properties) => {
    const document = (properties.PolicyDocument ?? properties.KeyPolicy) as { Statement: object[] };
    const kept = document.Statement.filter((one) => !JSON.stringify(one).includes(words));
    if (kept.length === document.Statement.length) throw new Error(`${address}: no ${words}`);
    document.Statement = kept;
    return properties;
  });
}

/** Adds a policy statement. */
export function withStatement(address: string, statement: object): Edit {
  return changed(address, (properties) => {
    const document = (properties.PolicyDocument ?? properties.KeyPolicy) as { Statement: object[] };
    document.Statement.push(statement);
    return properties;
  });
}

/** Sets properties; `undefined` takes one away. */
export function withProperties(address: string, values: Readonly<Record<string, unknown>>): Edit {
  return changed(address, (properties) => ({ ...properties, ...values }));
}

/** Replaces words in the text of a resource. */
export function withWords(address: string, from: string, to: string): Edit {
  return changed(address, (properties) => {
    const text = JSON.stringify(properties);
    if (!text.includes(from)) throw new Error(`${address}: no ${from}`);
    return JSON.parse(text.replaceAll(from, to));
  });
}

function changed(
  address: string,
  change: (properties: Record<string, unknown>) => Record<string, unknown>,
): Edit {
  return (templates) => {
    const { resource } = located(templates, address);
    // As in JSON, where a property without a value is none.
    resource.Properties = JSON.parse(JSON.stringify(change({ ...resource.Properties })));
  };
}

function located(templates: Readonly<Record<string, EditableTemplate>>, address: string) {
  const [stack = '', name = ''] = address.split(': ');
  const template = templates[stack];
  const ids = Object.keys(template?.Resources ?? {}).filter(
    (id) => id.replace(/(?:[0-9A-F]{8})+$/, '') === name,
  );
  const [logicalId] = ids;
  const resource = template?.Resources[logicalId ?? ''];
  if (!template || !logicalId || !resource || ids.length > 1) {
    throw new Error(`${address} names ${ids.length} resources`);
  }
  return { template, logicalId, resource };
}
