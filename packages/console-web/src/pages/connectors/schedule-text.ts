import type { Connector } from '@baton-ts/console-api';
import { timeText } from '../../components/when.tsx';

/** `Every hour, next at 11:41`. */
export function scheduleText({ schedule, nextSyncAt }: Pick<Connector, 'schedule' | 'nextSyncAt'>): string {
  const next = nextSyncAt === null ? '' : `, next at ${timeText(new Date(nextSyncAt), new Date())}`;
  if (schedule.kind === 'cron') return `${schedule.cronSpec} (${schedule.timezone})${next}`;
  return `${everyText(schedule.minutes)}${next}`;
}

function everyText(minutes: number): string {
  if (minutes % 60 !== 0) return `Every ${minutes} minutes`;
  const hours = minutes / 60;
  return hours === 1 ? 'Every hour' : hours === 24 ? 'Every day' : `Every ${hours} hours`;
}
