import { PasswordInput } from '@mantine/core';
import type { ComponentProps } from 'react';
import { PasswordStrength } from './password-strength.tsx';

/** A password that is chosen, with what to make of it. */
export function NewPassword(props: ComponentProps<typeof PasswordInput> & { readonly value?: string }) {
  return (
    <>
      <PasswordInput
        label="Password"
        autoComplete="new-password"
        minLength={12}
        required
        size="md"
        description="At least 12 characters. Length counts more than symbols."
        {...props}
      />
      <PasswordStrength password={props.value ?? ''} />
    </>
  );
}
