import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * What every answer tells a browser. The page is its own program: no foreign code, no frames (Content Security Policy
 * Level 3); plain HTTP on a private network, so no forced upgrade. They never change, so they are a table: building them
 * anew for each request, as middleware does, would go before every command.
 */
const SECURITY_HEADERS = {
  'content-security-policy': [
    "default-src 'self'",
    "img-src 'self' data:",
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "form-action 'self'",
  ].join(';'),
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  // the filter of old browsers did more harm than good
  'x-xss-protection': '0',
};

/** A stream that bypasses the framework takes over the headers of its reply. */
export function setSecurityHeaders(_request: FastifyRequest, reply: FastifyReply, next: () => void): void {
  void reply.headers(SECURITY_HEADERS);
  next();
}
