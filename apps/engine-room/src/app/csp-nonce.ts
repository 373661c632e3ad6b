/** The nonce of this answer's Content-Security-Policy, without which no style element is taken. */
export const findCspNonce = (): string | undefined =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
