/** `34 s`, `1 min 12 s`, `3 h 5 min`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(`${minutes}\u00a0min`, seconds % 60, 's');
  return withRest(`${Math.floor(minutes / 60)}\u00a0h`, minutes % 60, 'min');
}

function withRest(text: string, rest: number, unit: string): string {
  return rest === 0 ? text : `${text} ${rest}\u00a0${unit}`;
}
