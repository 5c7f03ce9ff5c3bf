import { Owners } from '../../components/avatar.tsx';

/** All of them, one under the other. */
export function OwnerList({ owners }: Parameters<typeof Owners>[0]) {
  return owners.map((owner, index) => (
    // Two people may be called alike.
    <div key={`${index} ${owner.displayName}`}>
      <Owners owners={[owner]} />
    </div>
  ));
}
