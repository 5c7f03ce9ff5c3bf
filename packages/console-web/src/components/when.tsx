const dayMs = 86_400_000;

/** A time as people say it, the exact one as title (`4 min ago`, `09:58`, `Yesterday 18:20`, `2 Nov`). */
export function When({ at, now = Date.now() }: { readonly at: string | null; readonly now?: number }) {
  if (at === null) return <>never</>;
  const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' }).format(new Date(at));
  return (
    <time dateTime={at} title={exact}>
      {timeText(new Date(at), new Date(now))}
    </time>
  );
}

export function timeText(at: Date, now: Date): string {
  const agoMs = now.getTime() - at.getTime();
  if (agoMs >= 0 && agoMs < 60_000) return 'just now';
  if (agoMs >= 0 && agoMs < 3_600_000) return `${Math.floor(agoMs / 60_000)} min ago`;
  const clock = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const days = Math.round((startOfDay(now) - startOfDay(at)) / dayMs);
  if (days === 0) return clock;
  if (days === 1) return `Yesterday ${clock}`;
  const date = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  if (days > 1 && days < 7) return `${at.toLocaleDateString('en-GB', { weekday: 'short' })} ${date}, ${clock}`;
  return at.getFullYear() === now.getFullYear() ? date : `${date} ${at.getFullYear()}`;
}

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}
