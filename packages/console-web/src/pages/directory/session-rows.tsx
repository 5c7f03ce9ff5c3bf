import type { SessionShown } from '@baton-ts/console-api';
import { Button } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { When } from '../../components/when.tsx';
import classes from './directory.module.css';

/** Browsers in which somebody is signed in. */
export function SessionRows({
  sessions,
  onEnd,
}: {
  readonly sessions: readonly SessionShown[];
  /** Signs one of them out; absent where only all can be. */
  readonly onEnd?: (session: SessionShown) => void;
}) {
  return (
    <ul className={classes['keys']}>
      {sessions.map((session) => {
        const { id, device, ip, signedInAt, lastSeenAt, isCurrent } = session;
        const Icon = /iPhone|iPad|Android/.test(device) ? IconDeviceMobile : IconDeviceDesktop;
        const name = device === '' ? 'A device that does not say what it is' : device;
        return (
          <li key={id}>
            <Icon size={16} stroke={1.6} aria-hidden />
            <span className={classes['grow']}>
              {name}
              {isCurrent && <span className={classes['tag']}>This one</span>}
              <small>
                {ip !== '' && <>from {ip} · </>}signed in <When at={signedInAt} />
                {!isCurrent && (
                  <>
                    {' '}
                    · last used <When at={lastSeenAt} />
                  </>
                )}
              </small>
            </span>
            {onEnd !== undefined && !isCurrent && (
              <Button
                size="xs"
                variant="subtle"
                color="danger"
                aria-label={`Sign out ${name}`}
                onClick={() => onEnd(session)}
              >
                Sign out
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
