/** Half a year. */
const HSTS_SECONDS = 15_552_000;

/**
 * Set on every answer. The web app runs only what this server sends: no inline script, no other origin. Its styles may be
 * inline with the nonce that comes with the page. Nothing is kept by browsers or proxies but the files of the web app, which
 * say so themselves.
 */
export function setSecurityHeaders(
  reply: { headers(values: Record<string, string>): unknown },
  isHttps: boolean,
): void {
  reply.headers({
    'content-security-policy': contentSecurityPolicy(undefined),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': PERMISSIONS_POLICY,
    'cache-control': 'no-store',
    ...(isHttps ? { 'strict-transport-security': `max-age=${HSTS_SECONDS}; includeSubDomains` } : {}),
  });
}

/** @param styleNonce of the page; undefined for anything that is not a page */
export function contentSecurityPolicy(styleNonce: string | undefined): string {
  const self = styleNonce === undefined ? "'none'" : "'self'";
  return [
    "default-src 'none'",
    `script-src ${self}`,
    `style-src ${styleNonce === undefined ? self : `'self' 'nonce-${styleNonce}'`}`,
    `img-src ${styleNonce === undefined ? self : "'self' data:"}`,
    `font-src ${self}`,
    `connect-src ${self}`,
    `manifest-src ${self}`,
    `form-action ${self}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** What the console needs of a device: nothing but writing to the clipboard. */
const PERMISSIONS_POLICY =
  'accelerometer=(), camera=(), clipboard-write=(self), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), ' +
  'microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()';
