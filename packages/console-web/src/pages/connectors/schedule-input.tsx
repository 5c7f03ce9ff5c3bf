import type { Schedule } from '@baton-ts/console-api';
import { NumberInput, Radio, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call, RequestError } from '../../api/client.ts';
import classes from './details.module.css';
import { comingText, everyText, zoneName } from './schedule-text.ts';

const shortestMinutes = 30;
const longestMinutes = 10_080;
const zones = Intl.supportedValuesOf('timeZone');

/** Every so often, or at times of a cron line in a zone; under it in words what that means. */
export function ScheduleInput({
  schedule,
  onChange,
  onWrong,
}: {
  readonly schedule: Schedule;
  readonly onChange: (schedule: Schedule) => void;
  readonly onWrong: (isWrong: boolean) => void;
}) {
  const [asked] = useDebouncedValue(schedule, 250);
  const isOutside = asked.kind === 'interval' && !(asked.minutes >= shortestMinutes && asked.minutes <= longestMinutes);
  const preview = useQuery({
    queryKey: ['schedule-preview', asked],
    queryFn: ({ signal }) => call('POST /api/v1/connectors/preview_schedule', { body: { schedule: asked } }, signal),
    enabled: !isOutside,
    placeholderData: keepPreviousData,
  });
  const refusal = preview.error instanceof RequestError ? preview.error.message : (preview.error?.message ?? '');
  const problem = isOutside
    ? `At least every ${shortestMinutes} minutes apart, at most a week.`
    : refusal || (preview.data?.problem ?? '');
  useEffect(() => onWrong(problem !== ''), [onWrong, problem]);
  const now = new Date();
  const times = (preview.data?.nextSyncs ?? []).map((at) => comingText(new Date(at), now).replace(/^at /, 'today at '));
  return (
    <fieldset className={classes['schedule']}>
      <legend className={classes['legend']}>Schedule</legend>
      <Radio.Group
        aria-label="Kind of schedule"
        value={schedule.kind}
        onChange={(kind) =>
          onChange(
            kind === 'cron'
              ? { kind: 'cron', cronSpec: '0 6 * * *', timezone: zoneName() }
              : { kind: 'interval', minutes: 60 },
          )
        }
      >
        <div className={classes['row']}>
          <Radio value="interval" label="Every so often" />
          <Radio value="cron" label="At certain times" />
        </div>
      </Radio.Group>
      {schedule.kind === 'interval' ? (
        <NumberInput
          label="Minutes from one sync to the next"
          min={shortestMinutes}
          max={longestMinutes}
          clampBehavior="none"
          allowDecimal={false}
          value={schedule.minutes}
          onChange={(minutes) => onChange({ kind: 'interval', minutes: Number(minutes) })}
        />
      ) : (
        <div className={classes['row']}>
          <TextInput
            label="Cron line"
            description="Minute, hour, day, month, weekday"
            maxLength={100}
            value={schedule.cronSpec}
            onChange={({ currentTarget }) => onChange({ ...schedule, cronSpec: currentTarget.value })}
          />
          <Select
            label="Time zone"
            searchable
            limit={50}
            allowDeselect={false}
            nothingFoundMessage="There is no such zone."
            data={zones.includes(schedule.timezone) ? zones : [schedule.timezone, ...zones]}
            value={schedule.timezone}
            onChange={(timezone) => timezone !== null && onChange({ ...schedule, timezone })}
          />
        </div>
      )}
      <p className={classes['preview']} role="status" data-wrong={problem !== ''}>
        {problem !== '' ? (
          problem
        ) : (
          <>
            {everyText(asked)}.{times.length > 0 && ` Next: ${times.join('; ')} (${zoneName()}).`}
          </>
        )}
      </p>
    </fieldset>
  );
}
