import * as cache from './cache.js';
import * as database from './database.js';
import type { Definition } from './define.js';
import * as http from './http.js';
import { labelValuesReplaced, valuesRefused } from './label-guard.js';
import * as ml from './ml.js';
import * as runtime from './runtime.js';
import * as websocket from './websocket.js';

export * from './cache.js';
export * from './database.js';
export * from './define.js';
export { exporters } from './exporters.js';
export type { ForeignDefinition } from './foreign.js';
export * from './http.js';
export { labelValuesReplaced, valuesRefused } from './label-guard.js';
export * from './ml.js';
export { nodejs } from './nodejs.js';
export * from './register.js';
export * from './runtime.js';
export * from './websocket.js';

/** Every metric that a backend exposes through this package, by area: each definition that an area exports. */
export const catalogue = {
  http: definitions(http),
  websocket: definitions(websocket),
  ml: definitions(ml),
  cache: definitions(cache),
  database: definitions(database),
  runtime: definitions(runtime),
  package: [labelValuesReplaced, valuesRefused],
} as const satisfies Readonly<Record<string, readonly Definition[]>>;

function definitions(area: Readonly<Record<string, Definition | readonly string[]>>) {
  const found = Object.values(area).filter((one): one is Definition => 'type' in one);
  return found.sort((one, other) => (one.name < other.name ? -1 : 1));
}
