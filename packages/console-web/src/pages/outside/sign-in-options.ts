import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api/client.ts';

/** What can be said before anybody has signed in. */
export const signInOptions = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => call('GET /api/v1/sign-in-options', {}, signal),
  staleTime: 60_000,
});
