type Call = (...args: never[]) => unknown;

/** What pg calls a Submittable: a cursor, a stream, or a query of the caller's own. */
interface Submittable {
  submit: Call;
  handleError?: Call;
  handleReadyForQuery?: Call;
}

interface WithCallback {
  readonly callback: Call;
}

/**
 * Makes a call in any of the styles of pg, and tells once how it ended: through the callback among
 * its arguments or in its configuration, through the methods of a Submittable, or through a promise.
 */
export function observedCall(
  args: readonly unknown[],
  make: (args: never[]) => unknown,
  settled: (error?: unknown) => void,
): unknown {
  const [config] = args;
  if (isSubmittable(config)) {
    observeSubmittable(config, settled);
    return make([...args] as never[]);
  }
  const position = args.findLastIndex((arg) => typeof arg === 'function');
  const callback = args[position];
  if (isCall(callback)) {
    return make(args.with(position, heard(callback, settled)) as never[]);
  }
  if (hasCallback(config)) {
    // A copy that inherits: the caller may use its configuration again, or define it with getters.
    const own = Object.assign(Object.create(config), { callback: heard(config.callback, settled) });
    return make([own, ...args.slice(1)] as never[]);
  }
  const result = make([...args] as never[]);
  if (isThenable(result)) result.then(() => settled(), settled);
  return result;
}

function heard(callback: Call, settled: (error?: unknown) => void): Call {
  return (...answer) => {
    settled(answer[0] ?? undefined);
    return callback(...answer);
  };
}

function observeSubmittable(query: Submittable, settled: (error?: unknown) => void) {
  const { handleError, handleReadyForQuery } = query;
  let isSettled = false;
  const settle = (error?: unknown) => {
    if (!isSettled) settled(error);
    isSettled = true;
  };
  if (handleError) {
    query.handleError = (...args) => {
      settle(args[0]);
      return handleError.apply(query, args);
    };
  }
  if (handleReadyForQuery) {
    query.handleReadyForQuery = (...args) => {
      settle();
      return handleReadyForQuery.apply(query, args);
    };
  }
}

export function isSubmittable(config: unknown): config is Submittable {
  return isObject(config) && 'submit' in config && isCall(config.submit);
}

function hasCallback(config: unknown): config is WithCallback {
  return isObject(config) && 'callback' in config && isCall(config.callback);
}

/** A promise of any making: pg takes the class as an option. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && 'then' in value && isCall(value.then);
}

function isCall(value: unknown): value is Call {
  return typeof value === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
