/** One line of JSON, straight to stdout: the console of a Lambda puts a prefix before it, and then it is no JSON. */
export function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
