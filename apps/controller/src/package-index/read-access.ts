import { LoadedConfig } from '@ironwheel/config';
import { Injectable } from '@nestjs/common';
import { AppError, targetSection, type Actor } from '../platform/index.ts';

/** Whether reading the index needs a credential. With Basic the token is the password, whatever the user name. */
@Injectable()
export class ReadAccess {
  readonly isRestricted: boolean;

  constructor(config: LoadedConfig) {
    this.isRestricted = config.get(targetSection).INDEX_READ_TOKEN_REQUIRED;
  }

  /** Throws AUTH_REQUIRED, which asks installers for Basic. */
  check(actor: Actor): void {
    if (this.isRestricted && actor.kind === 'anonymous') {
      throw new AppError(
        'AUTH_REQUIRED',
        'Reading this index needs a token: give it as the password of the index URL.',
      );
    }
  }

  /** Where a cache may keep what only some may read. */
  get cacheScope(): 'public' | 'private' {
    return this.isRestricted ? 'private' : 'public';
  }
}
