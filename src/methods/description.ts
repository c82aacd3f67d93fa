// What every search method tells of itself, whether it trains a network or asks for accuracies.
import { UserError } from "../errors";

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

/** @throws UserError if there is no such method: a name that `methods` does not have. */
export function requireMethod<M extends MethodDescription>(method: M | undefined): M {
  if (!method)
    throw new UserError('there is no method of this name; `methods` shows all, methods["pc-darts"] takes one');
  return method;
}
