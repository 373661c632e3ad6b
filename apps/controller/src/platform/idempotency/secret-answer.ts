import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const secretFieldsKey = 'ironwheel:secret-fields';

/**
 * The answer of this route tells a secret once, in these fields. A replay by `Idempotency-Key` gives the answer
 * without them: secrets are never stored in the clear.
 */
export const SecretAnswer = (...fields: [string, ...string[]]): CustomDecorator =>
  SetMetadata(secretFieldsKey, fields);
