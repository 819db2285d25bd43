/** A name of ours as a construct id: `critical` becomes `Critical`. */
export function pascalCase(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
