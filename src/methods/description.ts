// What every search method tells of itself, whether it trains a network or asks for accuracies.

export interface MethodDescription {
  /** The name on the command line. */
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly year: number;
  /** In what it differs from other methods, a word or two on each axis. */
  readonly axes: Readonly<Record<string, string>>;
  /** Names of the search spaces that it works on. */
  readonly spaces: readonly string[];
  /** Whether it trains a network that contains all architectures. */
  readonly supernet: boolean;
}
