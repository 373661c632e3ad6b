import { listOf, searchHitSchema } from '@ironwheel/contracts';
import type { ApiCall } from './call-api.ts';

const answer = listOf(searchHitSchema);

export const search = (text: string) =>
  ({ method: 'GET', path: '/search', query: { q: text, limit: 20 }, answer }) satisfies ApiCall;
