/**
 * Channels on which the fleet tells who grants work; the payload is the pool's name. They are the fleet's own, since it
 * knows nothing of claims.
 */

/** A pool with a bound may have room again: a job ended, or the bound was raised. */
export const poolRoomChannel = 'pool_room';

/** Which workers belong to the pool, or whether it takes work at all, has changed. */
export const poolChangedChannel = 'pool_changed';
