import { UnstyledButton } from '@mantine/core';
import { IconSearch, IconSelector } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { useSession } from '../api/session.ts';
import { Avatar } from '../components/avatar.tsx';
import { openSearch } from '../search/open-search.ts';
import { BrandMark } from './brand-mark.tsx';
import classes from './navigation.module.css';
import { type Place, usePlaces } from './places.ts';
import { ProfileMenu } from './profile-menu.tsx';
import { roleName } from './role-name.ts';
import { useActivePlace } from './use-active-place.ts';

/** The places a person may go to, at the left; a rail of icons when there is little room. */
export function Navigation() {
  const session = useSession();
  const places = usePlaces();
  return (
    <nav className={classes['navigation']} aria-label="Main">
      <div className={classes['brand']}>
        <BrandMark size={22} />
        <span dir="auto">{session?.instanceName}</span>
      </div>
      <UnstyledButton className={classes['search']} onClick={openSearch} title="Search (Ctrl K)">
        <IconSearch size={14} stroke={1.7} aria-hidden />
        <span>Search</span>
        <kbd>Ctrl K</kbd>
      </UnstyledButton>
      <ul>
        {places.map((place, index) => (
          <Fragment key={place.to}>
            {place.group !== undefined && place.group !== places[index - 1]?.group && (
              <li className={classes['heading']}>{place.group}</li>
            )}
            <PlaceLink place={place} />
          </Fragment>
        ))}
      </ul>
      <ProfileMenu position="top-start">
        <UnstyledButton className={classes['profile']} title={session?.user.displayName ?? ''}>
          <Avatar name={session?.user.displayName ?? ''} size={28} />
          <span className={classes['who']}>
            <span dir="auto">{session?.user.displayName}</span>
            <small>{roleName(session?.user.roles ?? [])}</small>
          </span>
          <IconSelector size={14} stroke={1.7} aria-hidden />
        </UnstyledButton>
      </ProfileMenu>
    </nav>
  );
}

function PlaceLink({ place: { to, label, icon: Icon } }: { readonly place: Place }) {
  const activity = useActivePlace();
  return (
    <li>
      <Link to={to} className={classes['place']} {...activity(to)} title={label}>
        <Icon size={16} stroke={1.6} aria-hidden />
        <span>{label}</span>
      </Link>
    </li>
  );
}
