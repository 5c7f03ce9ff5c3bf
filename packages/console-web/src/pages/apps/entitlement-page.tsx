export function EntitlementPage() {
  return null;
}
