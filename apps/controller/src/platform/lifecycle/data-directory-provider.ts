/** The controller's data directory, locked for this process. Injected by type. */
export class DataDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}
