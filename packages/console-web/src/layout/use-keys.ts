import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { showKeys } from './key-list.tsx';
import { usePlaces } from './places.ts';
import { useSingleKeys } from './single-keys.ts';

/** So long after G a letter leads to a place. */
const AFTER_G_MS = 1500;

/** `?` lists the keys; G and a letter lead to a place. */
export function useKeys(): void {
  const places = usePlaces();
  const navigate = useNavigate();
  const [areOn] = useSingleKeys();
  const sinceG = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (!areOn) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      const place = event.timeStamp - sinceG.current < AFTER_G_MS ? places.find((one) => one.key === key) : undefined;
      sinceG.current = key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (place !== undefined) {
        event.preventDefault();
        void navigate({ to: place.to });
      } else if (event.key === '?') showKeys();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [areOn, places, navigate]);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null;
}
