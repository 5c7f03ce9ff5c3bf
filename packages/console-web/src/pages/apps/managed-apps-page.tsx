export function ManagedAppsPage() {
  return null;
}
