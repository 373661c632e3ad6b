import { config } from 'zod/v4/core';

// zod tries whether it may make code of text, as soon as the first schema is made; the policy of these pages does not allow that,
// and says so each time. The build puts this module in the place of `zod`, so that it runs before every schema.
config({ jitless: true });

export * from 'zod/v4';
