import { sha256 } from './secrets.ts';

/** The bootstrap administrator's token of this process. Injected by type. */
export class BootstrapSecret {
  readonly token: string;

  constructor(token: string) {
    this.token = token;
  }

  /** What a session of the bootstrap token is tied to; sessions of other tokens are looked up in the table instead. */
  bindingOf(tokenId: string): string {
    return tokenId === 'bootstrap' ? sha256(this.token).toString('hex') : tokenId;
  }
}
