export function BrandMark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden>
      <rect width="20" height="20" rx="5" fill="var(--solid)" />
      <path d="M6 5.5v9M14 5.5v9" stroke="var(--on-solid)" strokeWidth="2" strokeLinecap="round" />
      <circle cx="10" cy="10" r="1.6" fill="var(--on-solid)" />
    </svg>
  );
}
