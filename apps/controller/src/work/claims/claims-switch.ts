import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { ConfigFacts, Database, NotificationBus } from '../../platform/index.ts';
import { workAvailableChannel } from '../queue/index.ts';

export interface ClaimsSwitchState {
  readonly paused: boolean;
  readonly reason: string | null;
  readonly since: string | null;
}

const settingName = 'claims';
const open: ClaimsSwitchState = { paused: false, reason: null, since: null };

/** One switch for all claims. What is claimed already goes on; it survives a restart. */
@Injectable()
export class ClaimsSwitch implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationBus,
    private readonly configFacts: ConfigFacts,
  ) {}

  onModuleInit(): void {
    this.configFacts.provide('claims_paused', async () => (await this.read()).paused);
  }

  async read(sql: SqlExecutor = this.database): Promise<ClaimsSwitchState> {
    const [row] = await sql.query<{ value: ClaimsSwitchState }>(
      'SELECT value FROM settings WHERE name = $1',
      [settingName],
    );
    return row?.value ?? open;
  }

  pause(reason: string | null, actor: string): Promise<ClaimsSwitchState> {
    return this.#write({ paused: true, reason, since: new Date().toISOString() }, actor);
  }

  resume(actor: string): Promise<ClaimsSwitchState> {
    return this.#write(open, actor);
  }

  #write(state: ClaimsSwitchState, actor: string): Promise<ClaimsSwitchState> {
    return this.database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO settings (name, value, updated_by) VALUES ($1, $2::jsonb, $3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_by = excluded.updated_by, updated_at = now()`,
        [settingName, JSON.stringify(state), actor],
      );
      // An empty payload wakes every waiting claim.
      await this.notifications.notify(tx, workAvailableChannel, '');
      return state;
    });
  }
}
