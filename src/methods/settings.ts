// The settings of a search: plain JSON, one schema, the papers' values as defaults.
import { z } from "zod";
import { UserError } from "../errors";
import { axes } from "./axes";
import type { Chosen } from "./axes/part";
import { checkSettings } from "./check-settings";

/** How the distribution learns: a part on each axis, as `{ kind, …its settings }`, and when it begins. */
export interface ArchitectureSettings {
  readonly distribution: Chosen;
  readonly sampler: Chosen;
  /** Of the weight steps and the validation; null: the sampler itself. */
  readonly weightSampler: Chosen | null;
  readonly edges: Chosen;
  readonly perturbation: Chosen;
  readonly objective: Chosen;
  readonly update: Chosen;
  readonly regulariser: Chosen;
  readonly pruning: Chosen;
  readonly earlyStop: Chosen;
  readonly readOut: Chosen;
  /** Epochs at the start in which the distribution stays as it is. */
  readonly warmup: number;
}

/** How the weights w learn: SGD with momentum, a cosine schedule by epoch, clipped gradients. */
export interface WeightSettings {
  readonly learningRate: number;
  readonly minimumLearningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** The largest norm of all gradients together. */
  readonly clip: number;
}

export interface SearchSettings {
  /** Everything random in a run follows from it. */
  readonly seed: number;
  /** Channels of the first stage (the papers: 16). */
  readonly channels: number;
  /** Cells in each stage (the papers: 5). */
  readonly cells: number;
  /** K: mixtures work on the first 1/K of a node's channels (PC-DARTS); a divisor of `channels`. */
  readonly partialChannels: number;
  /** Images in a batch. */
  readonly batch: number;
  /** Epochs of the whole search: the horizon of the cosine schedule. */
  readonly epochs: number;
  /** Steps in an epoch; null: as many as there are whole training batches. */
  readonly stepsPerEpoch: number | null;
  /** Which images train the weights and which the distribution. */
  readonly split: "half" | "nasbench201" | "drnas-imagenet";
  readonly weights: WeightSettings;
  readonly architecture: ArchitectureSettings;
}

/** Settings as a user gives them: any part, the rest are the method's. */
export type SettingsInput = {
  readonly [Key in keyof Omit<SearchSettings, "architecture">]?: SearchSettings[Key] extends object
    ? Partial<SearchSettings[Key]>
    : SearchSettings[Key];
} & { readonly architecture?: { readonly [Key in keyof ArchitectureSettings]?: ArchitectureSettings[Key] | object } };

const count = z.int().positive();
const rate = z.number().nonnegative();
const fraction = z.number().min(0).lt(1);

/** Made at each use, because a user may add parts to the axes. */
const schemaOf = () =>
  z
    .strictObject({
      seed: z.int().nonnegative().default(0),
      channels: count.default(16),
      cells: count.default(5),
      partialChannels: count.default(1),
      batch: count.min(2).default(64),
      epochs: count.default(100),
      stepsPerEpoch: count.nullable().default(null),
      split: z.enum(["half", "nasbench201", "drnas-imagenet"]).default("half"),
      weights: z
        .strictObject({
          learningRate: rate.default(0.025),
          minimumLearningRate: rate.default(0.001),
          momentum: fraction.default(0.9),
          weightDecay: rate.default(3e-4),
          clip: z.number().positive().default(5),
        })
        .prefault({}),
      architecture: z.strictObject({
        distribution: axes.distribution.schema,
        sampler: axes.sampler.schema,
        weightSampler: axes.weightSampler.schema.nullable().default(null),
        edges: axes.edges.schema,
        perturbation: axes.perturbation.schema,
        objective: axes.objective.schema,
        update: axes.update.schema,
        regulariser: axes.regulariser.schema,
        pruning: axes.pruning.schema,
        earlyStop: axes.earlyStop.schema,
        readOut: axes.readOut.schema,
        warmup: z.int().nonnegative().default(0),
      }),
    })
    .refine(({ channels, partialChannels }) => channels % partialChannels === 0, {
      path: ["partialChannels"],
      error: "it must divide the channels (settings.channels)",
    });

/** The parts that a method takes unless it says so; beneath it, so that a setting of theirs can be given without the kind. */
const DEFAULT_PARTS: SettingsInput = {
  architecture: {
    edges: { kind: "sum" },
    perturbation: { kind: "none" },
    objective: { kind: "first-order" },
    update: { kind: "adam" },
    regulariser: { kind: "none" },
    pruning: { kind: "none" },
    earlyStop: { kind: "none" },
    readOut: { kind: "argmax" },
  },
};

/**
 * All settings, the method's and then the defaults filled in. A part given without its `kind` is the method's, changed; with another
 * kind it replaces the method's.
 * @throws UserError that names an unknown name, a value that makes no sense, or a combination that does not.
 */
export function completeSettings(method: SettingsInput, input: SettingsInput = {}): SearchSettings {
  const settings = checkSettings(schemaOf(), merge(merge(DEFAULT_PARTS, method), input) as object) as SearchSettings;
  for (const axis of Object.values(axes)) {
    const reason =
      settings.architecture[axis.name as keyof ArchitectureSettings] && axis.refusal(settings.architecture);
    if (reason) throw new UserError(reason);
  }
  return settings;
}

/** `over` on top of `under`; an object of another kind replaces. */
function merge(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (!isPlain(under) || !isPlain(over) || ("kind" in over && over.kind !== under.kind)) return over;
  const names = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...names].map((name) => [name, merge(under[name], over[name])]));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
