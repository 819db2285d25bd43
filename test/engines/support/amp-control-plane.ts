import { randomUUID } from 'node:crypto';
import { parse, stringify } from 'yaml';
import { accelerated, acceleratedTimings } from '../../../local/time-lapse.js';
import {
  acceptedRuleNamespace,
  acceptedWorkspace,
  type ControlRequest,
  definitionParts,
  type RuleNamespaceProperties,
  ruleGroups,
  type WorkspaceProperties,
} from './amp-refusals.js';
import { place } from './emulator.js';

/** What CloudFormation is told of a resource. */
export interface ControlAnswer {
  readonly PhysicalResourceId: string;
  readonly Data: Readonly<Record<string, string>>;
}

export interface Workspace {
  readonly id: string;
  readonly arn: string;
  readonly properties: WorkspaceProperties;
  /** What was uploaded, by the name of the namespace. */
  readonly namespaces: ReadonlyMap<string, RuleNamespaceProperties>;
}

export interface ControlPlaneOptions {
  readonly cortexUrl: string;
  /** Where the workspaces answer. */
  readonly dataUrl: () => string;
  /** How many times as fast rules and routes run; at 1 every byte is loaded as it was uploaded. */
  readonly speed: number;
}

type Mutable = Workspace & { namespaces: Map<string, RuleNamespaceProperties> };

/** AMP's control plane as far as CloudFormation calls it: strict like AMP, and Cortex does the work. */
export class AmpControlPlane {
  readonly #workspaces = new Map<string, Mutable>();
  readonly #options: ControlPlaneOptions;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
  }

  get workspaces(): readonly Workspace[] {
    return [...this.#workspaces.values()];
  }

  async answer(request: ControlRequest): Promise<ControlAnswer> {
    switch (request.ResourceType) {
      case 'Custom::APSWorkspace':
        return this.#workspace(request);
      case 'Custom::APSRuleGroupsNamespace':
        return this.#ruleNamespace(request);
      case 'Custom::MathAlarm':
        return { PhysicalResourceId: request.LogicalResourceId, Data: {} };
    }
  }

  async #workspace({ RequestType, PhysicalResourceId = '', ResourceProperties }: ControlRequest) {
    const known = this.#workspaces.get(PhysicalResourceId);
    if (RequestType === 'Delete') {
      if (known) await this.#cortex(known.id, 'DELETE', '/api/v1/alerts');
      this.#workspaces.delete(PhysicalResourceId);
      return { PhysicalResourceId, Data: {} };
    }
    const properties = acceptedWorkspace(ResourceProperties);
    // Another key makes another workspace.
    const isSame = known?.properties.KmsKeyArn === properties.KmsKeyArn;
    const id = isSame ? known.id : `ws-${randomUUID()}`;
    const arn = `arn:aws:aps:${place.region}:${place.account}:workspace/${id}`;
    const namespaces = isSame ? known.namespaces : new Map();
    await this.#loadDefinition(id, properties.AlertManagerDefinition);
    this.#workspaces.set(arn, { id, arn, properties, namespaces });
    return {
      PhysicalResourceId: arn,
      Data: {
        Arn: arn,
        WorkspaceId: id,
        PrometheusEndpoint: `${this.#options.dataUrl()}/workspaces/${id}/`,
      },
    };
  }

  async #ruleNamespace({
    RequestType,
    PhysicalResourceId = '',
    ResourceProperties,
  }: ControlRequest) {
    if (RequestType === 'Delete') {
      await this.#forgetNamespace(PhysicalResourceId);
      return { PhysicalResourceId, Data: {} };
    }
    const properties = acceptedRuleNamespace(ResourceProperties);
    const workspace = this.#workspaces.get(properties.Workspace);
    if (!workspace) throw new Error(`ResourceNotFoundException: ${properties.Workspace}`);
    const arn = namespaceArn(workspace.id, properties.Name);
    if (arn !== PhysicalResourceId && workspace.namespaces.has(properties.Name)) {
      throw new Error(`ConflictException: namespace ${properties.Name} already exists`);
    }
    await this.#loadRules(workspace, properties);
    workspace.namespaces.set(properties.Name, properties);
    return { PhysicalResourceId: arn, Data: { Arn: arn } };
  }

  async #forgetNamespace(arn: string) {
    for (const { id, namespaces } of this.#workspaces.values()) {
      for (const name of [...namespaces.keys()].filter((one) => namespaceArn(id, one) === arn)) {
        await this.#cortex(id, 'DELETE', `/api/v1/rules/${name}`);
        namespaces.delete(name);
      }
    }
  }

  async #loadDefinition(id: string, text: string) {
    await this.#cortex(id, 'POST', '/api/v1/alerts', this.#fastDefinition(text));
  }

  #fastDefinition(text: string): string {
    const { speed } = this.#options;
    if (speed === 1) return text;
    const { template_files, alertmanager_config } = definitionParts(text);
    const config = acceleratedTimings(parse(alertmanager_config), speed);
    return stringify({ template_files, alertmanager_config: stringify(config) });
  }

  async #loadRules({ id, namespaces }: Workspace, { Name, Data }: RuleNamespaceProperties) {
    const path = `/api/v1/rules/${Name}`;
    const groups = ruleGroups(accelerated(Data, this.#options.speed));
    for (const group of groups) await this.#cortex(id, 'POST', path, stringify(group));
    const before = namespaces.get(Name);
    const names = new Set(groups.map(({ name }) => name));
    for (const { name } of before ? ruleGroups(before.Data) : []) {
      if (!names.has(name)) await this.#cortex(id, 'DELETE', `${path}/${name}`);
    }
  }

  async #cortex(tenant: string, method: string, path: string, body?: string) {
    const response = await fetch(this.#options.cortexUrl + path, {
      method,
      headers: { 'X-Scope-OrgID': tenant, 'content-type': 'application/yaml' },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`ValidationException: ${text.trim()}`);
  }
}

function namespaceArn(workspaceId: string, name: string): string {
  return `arn:aws:aps:${place.region}:${place.account}:rulegroupsnamespace/${workspaceId}/${name}`;
}
