/** An answer of the API that refuses; `field` as in the body (`sendgrid-api.md §2`). */
export class ApiError extends Error {
  readonly status: number;
  readonly field: string | null;

  constructor(status: number, message: string, field: string | null = null) {
    super(message);
    this.status = status;
    this.field = field;
  }

  get body(): unknown {
    return { errors: [{ message: this.message, field: this.field }] };
  }
}

export const forbidden = (): ApiError => new ApiError(403, 'access forbidden');
export const unassignable = (): ApiError => new ApiError(400, 'invalid or unassignable scopes were given', 'scopes');
