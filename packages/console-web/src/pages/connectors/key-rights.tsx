import type { Connector } from '@baton-ts/console-api';
import { IconCheck, IconMinus } from '@tabler/icons-react';
import { Card } from '../../components/card.tsx';
import { When } from '../../components/when.tsx';
import { keyAbilities } from './key-abilities.ts';
import classes from './key-rights.module.css';

/** What the key may do, and by the name of the scope what it may not. */
export function KeyRights({ connector }: { readonly connector: Connector }) {
  const { keyRights, notes, catalogId } = connector;
  if (catalogId === 'baton') return null;
  const abilities = keyRights === null ? [] : keyAbilities(keyRights);
  // The list says already what is missing by name.
  const others = notes.filter((note) => keyRights === null || !note.includes('lacks'));
  return (
    <>
      <Card
        title="What the key may do"
        action={
          keyRights !== null && (
            <span className={classes['checked']}>
              checked <When at={keyRights.checkedAt} />
            </span>
          )
        }
      >
        {keyRights === null ? (
          <p className={classes['none']}>Not known yet: the connector says it at the beginning of a sync.</p>
        ) : (
          <ul className={classes['rights']}>
            {abilities.map(({ name, missing, without }) => (
              <li key={name} data-held={missing.length === 0}>
                {missing.length === 0 ? (
                  <IconCheck size={14} stroke={1.7} aria-label="Yes:" />
                ) : (
                  <IconMinus size={14} stroke={1.7} aria-label="No:" />
                )}
                <div>
                  {name}
                  {missing.length > 0 && (
                    <small>
                      The key lacks <code>{missing.join(', ')}</code>. {without}
                    </small>
                  )}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Card>
      {others.length > 0 && (
        <Card title="What the connector says">
          <ul className={classes['rights']}>
            {others.map((note) => (
              <li key={note} dir="auto">
                {note}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
