/** How a resource is known, whatever connector brings it. */
export function resourceKey(type: string, id: string): string {
  return `${type}\0${id}`;
}
