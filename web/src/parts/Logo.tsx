/** The beast's head with its one horn. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <rect width="32" height="32" rx="7" fill="#0e2234" />
      <path
        d="M16 4 18.6 13 24 11.5 22.6 17.5 25.5 21 20 22.6 16 28.5 12 22.6 6.5 21 9.4 17.5 8 11.5 13.4 13Z"
        fill="#e9c46a"
      />
      <circle cx="12.9" cy="18" r="1.5" fill="#0e2234" />
      <circle cx="19.1" cy="18" r="1.5" fill="#0e2234" />
    </svg>
  )
}
