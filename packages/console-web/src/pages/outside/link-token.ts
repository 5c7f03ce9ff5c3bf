import { useEffect, useState } from 'react';

/** The token of a link that works once. It stands behind the `#`, which browsers never send; it leaves the address at once. */
export function useLinkToken(): string {
  const [token] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    window.history.replaceState(window.history.state, '', window.location.pathname);
  }, []);
  return token;
}
