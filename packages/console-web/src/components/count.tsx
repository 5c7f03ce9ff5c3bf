/** The server's count at the right of a toolbar: `41 of 298 permissions`. */
export function Count({
  total,
  word,
  words,
  of,
  isLowerBound = false,
}: {
  readonly total: number | undefined;
  readonly word: string;
  readonly words: string;
  /** How many there are without a filter, where one is set. */
  readonly of?: number | undefined;
  /** The server has stopped counting. */
  readonly isLowerBound?: boolean | undefined;
}) {
  if (total === undefined) return null;
  const found = `${isLowerBound ? 'more than ' : ''}${total.toLocaleString('en')}`;
  if (of !== undefined && (of > total || isLowerBound)) {
    return (
      <span>
        {found} of {of.toLocaleString('en')}
      </span>
    );
  }
  return (
    <span>
      {found} {total === 1 ? word : words}
    </span>
  );
}
