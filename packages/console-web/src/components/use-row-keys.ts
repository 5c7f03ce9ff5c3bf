import { type RefObject, useEffect, useRef } from 'react';

const steps: Readonly<Record<string, number>> = { j: 1, J: 1, k: -1, K: -1, ArrowDown: 1, ArrowUp: -1 };

/**
 * J and K, and the arrows inside the list, move from row to row; Enter opens, because the row's link has the focus. Nothing
 * happens while somebody types or a dialog is open.
 */
export function useRowKeys(
  table: RefObject<HTMLTableElement | null>,
  count: number,
  scrollTo: (index: number) => void,
): void {
  const current = useRef(-1);
  // Keys may come faster than rows are drawn and get the focus.
  const isMoving = useRef(false);
  const scroll = useRef(scrollTo);
  useEffect(() => {
    scroll.current = scrollTo;
  });
  useEffect(() => {
    const move = (event: KeyboardEvent): void => {
      const step = steps[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey || count === 0) return;
      const active = document.activeElement;
      const isInside = table.current?.contains(active) === true;
      if (!isInside && (event.key.startsWith('Arrow') || !(active === document.body || active?.id === 'page'))) return;
      event.preventDefault();
      const row = active?.closest<HTMLElement>('tr[data-index]')?.dataset['index'];
      const from = row === undefined || isMoving.current ? current.current : Number(row);
      const next = Math.min(Math.max(from + step, 0), count - 1);
      current.current = next;
      isMoving.current = true;
      scroll.current(next);
      focusRow(table, next, () => {
        if (current.current === next) isMoving.current = false;
      });
    };
    document.addEventListener('keydown', move);
    return () => document.removeEventListener('keydown', move);
  }, [table, count]);
}

/** A row that was off the screen is drawn first. */
function focusRow(table: RefObject<HTMLTableElement | null>, index: number, onEnd: () => void, triesLeft = 3): void {
  requestAnimationFrame(() => {
    const link = table.current?.querySelector<HTMLElement>(`tr[data-index="${index}"] :is(a, button)`);
    const isThere = link !== null && link !== undefined;
    if (isThere) link.focus({ preventScroll: true });
    if (isThere || triesLeft === 0) onEnd();
    else focusRow(table, index, onEnd, triesLeft - 1);
  });
}
