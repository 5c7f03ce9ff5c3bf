import type { RiskLevel } from '@baton-ts/console-api';
import classes from './risk-bar.module.css';
import { riskLevels, riskTexts } from './risk-options.tsx';

/** Shares in order of risk; its numbers are its label. */
export function RiskBar({ counts }: { readonly counts: Readonly<Record<RiskLevel, number>> }) {
  const held = riskLevels.filter((level) => counts[level] > 0);
  const label = held.map((level) => `${counts[level].toLocaleString('en')} ${riskTexts[level].toLowerCase()}`);
  return (
    <span className={classes['bar']} role="img" aria-label={label.join(', ')} title={label.join(', ')}>
      {held.map((level) => (
        <i key={level} data-level={level} style={{ flexGrow: counts[level] }} />
      ))}
    </span>
  );
}
