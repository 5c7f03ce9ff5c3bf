import type { RiskLevel } from '@baton-ts/console-api';
import { RiskMark } from './risk-mark.tsx';

export const riskLevels = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNRATED'] as const satisfies readonly RiskLevel[];
export const riskTexts: Readonly<Record<RiskLevel, string>> = {
  CRITICAL: 'Critical',
  HIGH: 'High',
  MEDIUM: 'Medium',
  LOW: 'Low',
  UNRATED: 'Not rated',
};

/** The choices of a filter by risk. */
export const riskOptions = riskLevels.map((value) => ({
  value,
  text: riskTexts[value],
  label: <RiskMark level={value} />,
}));
