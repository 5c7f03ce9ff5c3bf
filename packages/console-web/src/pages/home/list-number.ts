/** How many rows a list has, as the list itself says it. */
export function numberText(
  page: { readonly totalCount: number; readonly totalIsLowerBound?: boolean | undefined } | undefined,
): string {
  if (page === undefined) return '…';
  return `${page.totalCount.toLocaleString('en')}${page.totalIsLowerBound === true ? '+' : ''}`;
}
