import { queryFlagSchema } from '@ironwheel/contracts';
import { z } from 'zod';

/** Query of a destructive call: with `dry_run=true` it answers with its impact and changes nothing. */
export const dryRunQuerySchema = z.strictObject({ dry_run: queryFlagSchema.default(false) });
