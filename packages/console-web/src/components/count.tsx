/** The server's count at the right of a toolbar. */
export function Count({
  total,
  word,
  words,
}: {
  readonly total: number | undefined;
  readonly word: string;
  readonly words: string;
}) {
  if (total === undefined) return null;
  return (
    <span>
      {total.toLocaleString('en')} {total === 1 ? word : words}
    </span>
  );
}
