/** Thrown in place of running a request again: its answer is the one that its first run was given. */
export class KeptAnswer extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super('this request was answered before');
  }
}
