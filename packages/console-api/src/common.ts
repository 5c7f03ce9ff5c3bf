import { z } from 'zod';

/** KSUID: 27 letters and digits, sortable by time. */
export const id = z.string().regex(/^[0-9A-Za-z]{27}$/);
/** RFC 3339, UTC. */
export const time = z.iso.datetime();

export const pageSize = z.coerce.number().int().min(1).max(100).default(25);
/** It holds what the page before ended with, which may be a long name. */
export const pageToken = z.string().max(4096).default('');

/** Paging of a GET list (`governance.md §5.1`). */
export const pageQuery = z.object({ page_size: pageSize, page_token: pageToken });

/**
 * What every search takes besides its filters: OR inside a filter, AND between filters. A filter that it does not know is
 * refused: a list that was not narrowed would be wrong silently.
 */
export const searchBody = z.strictObject({
  query: z.string().max(200).default(''),
  pageSize,
  pageToken,
  /** A column of the list, with `-` in front for descending. */
  sort: z.string().max(64).default(''),
  /** What clients of C1 want to see beside each row. Taken and not needed: rows name what they belong to. */
  expandMask: z.looseObject({}).optional(),
});

/** By what a list can be sorted: a column, with `-` in front for descending; empty for the usual order. */
export function sortedBy<const Column extends string>(
  columns: readonly Column[],
): z.ZodType<Sort<Column>, Sort<Column>> {
  return z.enum(['' as const, ...columns, ...columns.map((column) => `-${column}` as const)]);
}

type Sort<Column extends string> = '' | Column | `-${Column}`;

/**
 * One page of a list. An empty token ends it. `totalCount` is the number of rows that the filter finds, on every page; with
 * `totalIsLowerBound` there are more.
 */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    list: z.array(item),
    nextPageToken: z.string(),
    totalCount: z.int(),
    totalIsLowerBound: z.boolean().optional(),
  });
}

/** The one shape of an error answer. `fields` names what is wrong in the body, by path. */
export const apiError = z.object({
  code: z.string(),
  message: z.string(),
  requestId: z.string(),
  fields: z.record(z.string(), z.string()).optional(),
});
export type ApiError = z.infer<typeof apiError>;

export const personRef = z.object({ id, displayName: z.string(), email: z.string() });
export type PersonRef = z.infer<typeof personRef>;

export const empty = z.object({});

export const riskLevel = z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNRATED']);
export type RiskLevel = z.infer<typeof riskLevel>;

/** How many, by risk. */
export const riskCounts = z.object({
  CRITICAL: z.int(),
  HIGH: z.int(),
  MEDIUM: z.int(),
  LOW: z.int(),
  UNRATED: z.int(),
});
