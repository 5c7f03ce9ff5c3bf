import { RequestError } from './client.ts';

/** Puts what a refused request says of its fields beside those fields. */
export function showFieldErrors(form: { readonly setErrors: (errors: Record<string, string>) => void }) {
  return (error: unknown): void => {
    if (error instanceof RequestError) form.setErrors(error.fields);
  };
}
