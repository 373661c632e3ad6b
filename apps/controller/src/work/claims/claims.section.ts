import { claimTimes } from '@ironwheel/contracts';
import { defineSection, integerText } from '@ironwheel/config';

/** Times of the claim protocol (docs/contracts.md, Claim protocol). */
export const leaseSection = defineSection({
  CLAIM_LEASE_S: {
    schema: integerText(2, 3600),
    default: String(claimTimes.leaseS),
    unit: 's',
    description: 'How long a claim holds without a renewal; workers renew three times as often.',
  },
  CLAIM_GRACE_MIN_S: {
    schema: integerText(0, 3600),
    default: String(claimTimes.graceMinS),
    unit: 's',
    description: 'Least time after the end of a lease before the job may go to another worker.',
  },
  CLAIM_GRACE_MAX_S: {
    schema: integerText(0, 86_400),
    default: String(claimTimes.graceMaxS),
    unit: 's',
    description: 'Most of that time; in between it is a tenth of the time already built.',
  },
});
