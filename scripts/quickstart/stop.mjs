/** An end that is told in words; anything else is a defect and shows its stack. */
export class Stop extends Error {}
