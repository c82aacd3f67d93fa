// The search spaces that NASLab has.
import { UserError } from "../errors";
import { chainSpace } from "./chain";
import { dartsImageNetSpace, dartsSpace, robustDartsSpaces } from "./darts";
import { nasBenchMacroSpace } from "./nasbench-macro";
import { NasBench201 } from "./nasbench201";
import { OneShot1 } from "./one-shot";
import type { SearchSpace } from "./space";

/** An instance, made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const dartsSpaces = { plain: once(() => dartsSpace()), none: once(() => dartsSpace({ none: true })) };
const imageNetSpaces = {
  plain: once(() => dartsImageNetSpace()),
  none: once(() => dartsImageNetSpace({ none: true })),
};

const oneShots = { 1: once(() => new OneShot1(1)), 2: once(() => new OneShot1(2)), 3: once(() => new OneShot1(3)) };

const chains: Record<number, SearchSpace> = {};

/** The search spaces. Each has one instance. */
export const spaces = {
  /** NAS-Bench-201: 15,625 cells, all of them trained by the benchmark. */
  nasBench201: once(() => new NasBench201()),
  /** DARTS's cells in the network for CIFAR. @param options `none`: whether "none" is a candidate, as in DARTS itself. */
  darts: ({ none = false } = {}) => dartsSpaces[none ? "none" : "plain"](),
  /** The same cells in the network for ImageNet. */
  dartsImageNet: ({ none = false } = {}) => imageNetSpaces[none ? "none" : "plain"](),
  /** RobustDARTS's reductions, on which DARTS fails. */
  s1: () => robustDartsSpaces[0],
  s2: () => robustDartsSpaces[1],
  s3: () => robustDartsSpaces[2],
  s4: () => robustDartsSpaces[3],
  /** NAS-Bench-1Shot1's spaces. @throws UserError unless it is 1, 2 or 3. */
  oneShot1: (number: 1 | 2 | 3): OneShot1 => {
    const space = oneShots[number];
    if (!space) throw new UserError(`spaces.oneShot1: there are the spaces 1, 2 and 3, got ${number}`);
    return space();
  },
  /** NAS-Bench-Macro: 6,561 networks of eight layers, all of them trained by the benchmark. */
  nasBenchMacro: once(nasBenchMacroSpace),
  /** ProxylessNAS's chain of inverted residual blocks. @param options `layers`: of a stage. @throws UserError unless it is a whole number from 1 to 8. */
  chain: ({ layers = 4 } = {}) => {
    if (!(Number.isInteger(layers) && layers >= 1 && layers <= 8))
      throw new UserError(`spaces.chain: layers must be a whole number from 1 to 8, got ${layers}`);
    chains[layers] ??= chainSpace(layers);
    return chains[layers];
  },
};

/** All spaces by their names on the command line. */
export const spacesByName: Readonly<Record<string, SearchSpace>> = Object.fromEntries(
  [
    spaces.nasBench201(),
    spaces.darts(),
    spaces.dartsImageNet(),
    ...robustDartsSpaces,
    ...([1, 2, 3] as const).map(spaces.oneShot1),
    spaces.nasBenchMacro(),
    spaces.chain(),
  ].map((space) => [space.name, space]),
);
