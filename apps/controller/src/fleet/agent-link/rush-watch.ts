/** Handshakes that leave enough behind to be worth a pause, and how few a second mean that the rush is over. */
const rushSize = 1000;
const calmRate = 20;

/**
 * Tells when a rush of handshakes is over. A fleet that comes back at once leaves some hundred megabytes of requests and
 * certificates that have grown old while they were waited for; on a machine with much memory V8 lets them lie for hours.
 */
export class RushWatch {
  #opened = 0;
  #seen = 0;

  opened(): void {
    this.#opened += 1;
  }

  /** Called once a second; true once after each rush. */
  isOver(): boolean {
    const recent = this.#opened - this.#seen;
    this.#seen = this.#opened;
    if (this.#opened < rushSize || recent > calmRate) return false;
    this.#opened = 0;
    this.#seen = 0;
    return true;
  }
}
