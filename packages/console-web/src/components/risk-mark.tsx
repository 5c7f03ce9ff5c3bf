import type { RiskLevel } from '@baton-ts/console-api';
import classes from './risk-mark.module.css';

const words: Readonly<Record<RiskLevel, string>> = {
  CRITICAL: 'Critical',
  HIGH: 'High',
  MEDIUM: 'Medium',
  LOW: 'Low',
  UNRATED: 'Not rated',
};
const filledBars: Readonly<Record<RiskLevel, number>> = { CRITICAL: 3, HIGH: 3, MEDIUM: 2, LOW: 1, UNRATED: 0 };

/** Shape, word, then colour. The word is left out only under a head that says it. */
export function RiskMark({ level, word = true }: { readonly level: RiskLevel; readonly word?: boolean }) {
  return (
    <span className={classes['risk']} data-level={level}>
      <svg
        width="14"
        height="14"
        viewBox="0 0 14 14"
        role={word ? undefined : 'img'}
        aria-label={word ? undefined : words[level]}
        aria-hidden={word}
      >
        {level === 'CRITICAL' ? (
          <>
            <rect x="1" y="1" width="12" height="12" rx="2.5" fill="var(--critical-fill)" />
            <path d="M7 3.6v4.2" stroke="#fff" strokeWidth="1.7" strokeLinecap="round" />
            <circle cx="7" cy="10.2" r="1" fill="#fff" />
          </>
        ) : (
          [4, 7.6, 11.2].map((height, index) => (
            <rect
              key={height}
              x={[1, 5.5, 10][index]}
              y={13 - height}
              width="3"
              height={height}
              rx="0.8"
              className={index < filledBars[level] ? classes['full'] : classes['empty']}
            />
          ))
        )}
      </svg>
      {word && <span className={classes['word']}>{words[level]}</span>}
    </span>
  );
}
