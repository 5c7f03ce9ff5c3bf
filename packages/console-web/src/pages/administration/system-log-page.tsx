export function SystemLogPage() {
  return null;
}
