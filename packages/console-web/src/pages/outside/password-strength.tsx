import classes from './outside.module.css';

const words = ['Too short', 'Weak', 'Fair', 'Good', 'Strong'] as const;

/** Length counts more than symbols; nothing leaves the browser. */
export function strengthOf(password: string): 0 | 1 | 2 | 3 | 4 {
  const characters = [...password];
  if (characters.length < 12) return 0;
  const different = new Set(characters).size;
  if (different < 6) return 1;
  if (characters.length < 16) return different < 9 ? 2 : 3;
  return different < 9 ? 3 : 4;
}

export function PasswordStrength({ password }: { readonly password: string }) {
  const strength = strengthOf(password);
  return (
    <div className={classes['strength']} role="status">
      <div>
        <span>Strength</span>
        <span data-strength={strength}>{password === '' ? '' : words[strength]}</span>
      </div>
      <div className={classes['meter']} data-strength={strength}>
        <span style={{ width: `${password === '' ? 0 : [6, 25, 50, 75, 100][strength]}%` }} />
      </div>
    </div>
  );
}
