/** Who or what is at fault when an attempt ends badly. */
export const causes = [
  'package',
  'recipe',
  'platform',
  'resource',
  'worker',
  'provider',
  'policy',
  'cancelled',
  'unknown',
] as const;
export type Cause = (typeof causes)[number];
