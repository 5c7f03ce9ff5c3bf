/** What a file of people says about one of them. A column that the file does not have is absent. */
export interface ImportRow {
  readonly line: number;
  readonly email: string;
  readonly displayName: string;
  readonly jobTitle?: string;
  readonly department?: string;
  readonly managerEmail?: string;
}

export interface KnownPerson {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly jobTitle: string;
  readonly department: string;
  readonly managerEmail: string;
  readonly isEnabled: boolean;
  readonly isSuperAdministrator: boolean;
}

export interface ImportProblem {
  readonly line: number;
  readonly message: string;
}

/** What an import does, before it does it. */
export interface ImportPlan {
  readonly create: readonly ImportRow[];
  readonly update: readonly { readonly person: KnownPerson; readonly row: ImportRow }[];
  readonly disable: readonly KnownPerson[];
  readonly unchanged: number;
  readonly problems: readonly ImportProblem[];
}

/**
 * Compares a file with the directory, by e-mail address. Who is disabled stays so.
 *
 * @param options.problems those of the file: with any, nobody counts as missing, because a line that cannot be read may be theirs
 * @param options.importerId is never disabled
 */
export function planImport(
  rows: readonly ImportRow[],
  known: readonly KnownPerson[],
  {
    problems,
    disableMissing,
    importerId,
  }: { readonly problems: readonly ImportProblem[]; readonly disableMissing: boolean; readonly importerId: string },
): ImportPlan {
  const byEmail = new Map(known.map((person) => [person.email, person]));
  const create: ImportRow[] = [];
  const update: { person: KnownPerson; row: ImportRow }[] = [];
  let unchanged = 0;
  for (const row of rows) {
    const person = byEmail.get(row.email);
    if (person === undefined) create.push(row);
    else if (differs(person, row)) update.push({ person, row });
    else unchanged += 1;
  }
  if (!disableMissing) return { create, update, disable: [], unchanged, problems };
  if (problems.length > 0) {
    const held = {
      line: 1,
      message: 'Nobody is disabled while the file has problems: one of the lines may be theirs.',
    };
    return { create, update, disable: [], unchanged, problems: [held, ...problems] };
  }
  const named = new Set(rows.map((row) => row.email));
  const missing = known.filter((person) => person.isEnabled && !named.has(person.email));
  const isKept = (person: KnownPerson): boolean => person.isSuperAdministrator || person.id === importerId;
  return {
    create,
    update,
    disable: missing.filter((person) => !isKept(person)),
    unchanged,
    problems: missing.filter(isKept).map(({ displayName, id }) => ({
      line: 1,
      message: `${displayName} is not in the file and stays, as ${id === importerId ? 'the one who imports it' : 'a Super Administrator'}. Disable them by hand if they have left.`,
    })),
  };
}

function differs(person: KnownPerson, row: ImportRow): boolean {
  return (
    person.displayName !== row.displayName ||
    (row.jobTitle ?? person.jobTitle) !== person.jobTitle ||
    (row.department ?? person.department) !== person.department ||
    (row.managerEmail ?? person.managerEmail) !== person.managerEmail
  );
}
