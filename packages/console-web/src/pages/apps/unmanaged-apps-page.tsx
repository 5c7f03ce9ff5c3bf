export function UnmanagedAppsPage() {
  return null;
}
