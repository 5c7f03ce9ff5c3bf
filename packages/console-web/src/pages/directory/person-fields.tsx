import type { Role } from '@baton-ts/console-api';
import { MultiSelect, TextInput } from '@mantine/core';
import { useMay } from '../../api/session.ts';
import classes from './directory.module.css';
import { roleOptions, rolesOf } from './role-options.ts';

type Field = 'displayName' | 'email' | 'jobTitle' | 'department' | 'managerEmail';

/** The fields of a person; the roles only for whoever may give them. */
export function PersonFields({
  form,
  emailHint,
  rolesHint,
}: {
  readonly form: {
    readonly values: { readonly roles: Role[] };
    readonly getInputProps: (field: Field) => object;
    readonly setFieldValue: (field: 'roles', roles: Role[]) => void;
  };
  readonly emailHint?: string;
  readonly rolesHint?: string;
}) {
  const mayRoles = useMay('people.roles');
  return (
    <>
      <div className={classes['two']}>
        <TextInput label="Full name" required data-autofocus {...form.getInputProps('displayName')} />
        <TextInput label="Email" type="email" required description={emailHint} {...form.getInputProps('email')} />
        <TextInput label="Title (optional)" {...form.getInputProps('jobTitle')} />
        <TextInput label="Department (optional)" {...form.getInputProps('department')} />
      </div>
      <TextInput
        label="Manager’s email (optional)"
        type="email"
        description="It may be of somebody who is added later."
        {...form.getInputProps('managerEmail')}
      />
      {mayRoles && (
        <MultiSelect
          label="Roles in this console"
          description={rolesHint}
          data={roleOptions}
          value={form.values.roles}
          onChange={(values) => form.setFieldValue('roles', rolesOf(values))}
        />
      )}
    </>
  );
}
