/** Time as the controller sees it, so that tests can turn it. Injected by type. */
export abstract class Clock {
  abstract now(): Date;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}

export const SYSTEM_CLOCK: Clock = new SystemClock();
