/** Marks beside a name, in words. */
export const listMarks = ({
  isCritical,
  isInCircle,
}: {
  readonly isCritical: boolean;
  readonly isInCircle: boolean;
}): string => [isCritical ? 'critical path' : '', isInCircle ? 'circle' : ''].filter(Boolean).join(', ');
