import { Link } from '@tanstack/react-router';
import { EmptyState } from '../components/empty-state.tsx';

export function NotFoundPage() {
  return (
    <EmptyState title="There is nothing at this address" action={<Link to="/">Go to Home</Link>}>
      The link may be old, or what it led to cannot be seen with your roles.
    </EmptyState>
  );
}
