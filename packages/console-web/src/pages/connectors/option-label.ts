import type { ConfigField } from '@baton-ts/console-api';

/** A connector often names a choice by its value only: `eu` → `EU`, `global` → `Global`. */
export function optionLabel({ value, label }: ConfigField['options'][number]): string {
  if (label !== value) return label;
  return value.length <= 2 ? value.toUpperCase() : `${value.slice(0, 1).toUpperCase()}${value.slice(1)}`;
}
