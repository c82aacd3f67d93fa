// Settings, as `search` takes them: of the search itself, and of the parts on every axis.
import { inspect } from "node:util";
import { axes, defineMethod, methods, search, spaces, tabularMethods } from "../../../src";
import type { SettingsInput } from "../../../src/methods";
import type { Said } from "../said";
import { says } from "../said";
import { type CallCase, refused } from "./call-case";
import { images } from "./images";

const searching = (settings: object, said: Said, method = "drnas"): CallCase =>
  refused(
    `search(methods["${method}"], …, ${inspect(settings, { depth: null })})`,
    () => search(methods[method], spaces.nasBench201(), images(), settings as SettingsInput),
    said,
  );

/** A part of the architecture's settings. */
const part = (axis: string, settings: object, value: string, remedy: string, method?: string): CallCase =>
  searching({ architecture: { [axis]: settings } }, says(value, `settings.architecture.${axis}`, remedy), method);

const unknownKinds = [
  ...Object.keys(axes).map((axis) => part(axis, { kind: "nope" }, '"nope"', `the kinds of ${axis} are`)),
];

const general: CallCase[] = [
  searching({ seed: -1 }, says("-1", "settings.seed", ">=0")),
  searching({ seed: 0.5 }, says("0.5", "settings.seed", "expected int")),
  searching({ channels: "8" }, says('"8"', "settings.channels", "expected number")),
  searching({ cells: 1e9 }, says("1000000000", "settings.cells", "<=1000")),
  searching({ weights: { constructor: 1 } }, says('"constructor"', "settings.weights", "the names are learningRate")),
  searching({ cells: 0 }, says("0", "settings.cells", ">0")),
  searching({ batch: 1 }, says("1", "settings.batch", ">=2")),
  searching({ batch: null }, says("null", "settings.batch", "expected number")),
  searching({ epochs: 2.5 }, says("2.5", "settings.epochs", "expected int")),
  searching({ epochs: Number.NaN }, says("NaN", "settings.epochs", "expected number")),
  searching({ epochs: Number.POSITIVE_INFINITY }, says("Infinity", "settings.epochs", "expected number")),
  searching({ stepsPerEpoch: 0 }, says("0", "settings.stepsPerEpoch", ">0")),
  searching({ follow: "both" }, says('"both"', "settings.follow", '"paper"|"code"')),
  searching({ learningRate: 0.1 }, says('"learningRate"', "settings", "the names are")),
  searching({ weights: { learningRate: -1 } }, says("-1", "settings.weights.learningRate", ">=0")),
  searching({ weights: { lr: 1 } }, says('"lr"', "settings.weights", "the names are learningRate")),
  searching({ weights: { clip: 0 } }, says("0", "settings.weights.clip", ">0")),
  searching({ weights: 3 }, says("3", "settings.weights", "expected object")),
  searching({ architecture: { clip: -1 } }, says("-1", "settings.architecture.clip", ">0")),
  searching({ architecture: [] }, says("[]", "settings.architecture", "expected object")),
  searching(
    { epochs: 4, stages: [{ epochs: 1, partialChannels: 1 }] },
    says("1 in sum", "settings.stages", "settings.epochs is 4; make them the same"),
  ),
  searching(
    { channels: 4, epochs: 2, stages: [{ epochs: 2, partialChannels: 3 }] },
    says("partialChannels 3", "settings.stages", "must divide the 4 channels"),
  ),
  searching({ epochs: 2, stages: [{ epochs: 2, keep: 1, partialChannels: 1 }] }, says("1", "stages.0.keep", ">=2")),
  searching({ batch: 64 }, says("64 images in a batch", "settings.batch", "take a smaller batch or more images")),
  refused(
    'search(methods["nope"], …)',
    () => search(methods.nope, spaces.nasBench201(), images()),
    says(null, "there is no method of this name", "`methods` shows all"),
  ),
];

const parts: CallCase[] = [
  part("distribution", { kind: "gaussian", deviation: 0 }, "0", ">0"),
  part("distribution", { kind: "concrete", temperature: [1] }, "[1]", ">=2"),
  part("distribution", { concentration: 3 }, '"concentration"', "the names are kind"),
  part("distribution", { kind: "controller", hidden: 1e9 }, "1000000000", "<=1024"),
  part("distribution", { kind: "controller", hidden: 0.5 }, "0.5", "expected int"),
  part("sampler", { kind: "path", discrete: 1 }, "1", "expected boolean"),
  part("sampler", { kind: "two-paths" }, '"two-paths"', 'of a "categorical"'),
  part("edges", "sum" as unknown as object, '"sum"', "the kinds of edges are sum".replace("sum", '"sum"')),
  part("objective", { kind: "first-order", samples: 0 }, "0", ">0"),
  part("update", { kind: "adam", betas: [0.5, 1] }, "1", "<1"),
  part("update", { kind: "adam", learningRate: "fast" }, '"fast"', "expected number"),
  part("update", { kind: "natural-gradient" }, '"natural-gradient"', 'take the distribution "gaussian"'),
  part("earlyStop", { kind: "eigenvalue", factor: 1 }, "1", ">1"),
  part("earlyStop", { kind: "eigenvalue", action: "wait" }, '"wait"', '"stop"|"decay"'),
  part("earlyStop", { kind: "watch", of: "theta" }, '"theta"', '"parameters"|"logits"'),
  part("earlyStop", { kind: "watch", regulariser: true }, '"watch"', 'take of: "parameters"'),
  part("earlyStop", { kind: "watch", every: 0 }, "0", ">0"),
];

const tabular: CallCase[] = [
  refused(
    "evolution of no population",
    () => tabularMethods.evolution.settings({ population: 0 }),
    says("0", "settings.population", ">0"),
  ),
  refused(
    "local search by another step",
    () => tabularMethods["local-search"].settings({ step: "worst" }),
    says('"worst"', "settings.step", '"best"|"first"'),
  ),
  refused(
    "random search with a setting",
    () => tabularMethods.random.settings({ population: 3 }),
    says('"population"', "settings", "there are no settings"),
  ),
  refused(
    "reinforce with a momentum of 1",
    () => tabularMethods.reinforce.settings({ momentum: 1 }),
    says("1", "settings.momentum", "<1"),
  ),
];

const own: CallCase[] = [
  refused(
    "defineMethod with a part of no kind",
    () =>
      defineMethod({
        ...{ name: "mine", title: "", paper: "", year: 2026 },
        settings: { architecture: { distribution: { kind: "gamma" }, sampler: { kind: "mean" } } },
      }),
    says('"gamma"', "settings.architecture.distribution", "the kinds of distribution are"),
  ),
  refused(
    "defineMethod without a sampler",
    () =>
      defineMethod({
        ...{ name: "mine", title: "", paper: "", year: 2026 },
        settings: { architecture: { distribution: { kind: "dirichlet" } } },
      }),
    says(null, "settings.architecture.sampler", "the kinds of sampler are"),
  ),
  refused(
    "a part in place of one of NASLab's",
    () => axes.sampler.add({ kind: "mean" } as never),
    says('"mean"', "sampler", "give yours another kind"),
  ),
];

export const settings: readonly CallCase[] = [...general, ...unknownKinds, ...parts, ...tabular, ...own];
