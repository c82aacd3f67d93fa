// The settings of a search: plain JSON, one schema, the papers' values as defaults.
import { z } from "zod";
import { checkSettings } from "./check-settings";

/** How the distribution's parameters η learn. Defaults: the DrNAS authors' NAS-Bench-201 search. */
export interface ArchitectureSettings {
  /** Adam's step size. */
  readonly learningRate: number;
  readonly betas: readonly [number, number];
  /** What draws β to 1: "l2" decays η inside Adam (the authors' runs), "kl" adds KL(Dir(β) ‖ Dir(1)) to the loss. */
  readonly anchor: "l2" | "kl";
  /** λ of DrNAS eq. 2. */
  readonly anchorWeight: number;
  /** Epochs at the start in which η stays as it is. */
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
  readonly split: "half" | "nasbench201";
  readonly weights: WeightSettings;
  readonly architecture: ArchitectureSettings;
}

/** Settings as a user gives them: any part, the rest are defaults. */
export type SettingsInput = {
  readonly [Key in keyof SearchSettings]?: SearchSettings[Key] extends object
    ? Partial<SearchSettings[Key]>
    : SearchSettings[Key];
};

const count = z.int().positive();
const rate = z.number().nonnegative();
const fraction = z.number().min(0).lt(1);

const schema = z
  .strictObject({
    seed: z.int().nonnegative().default(0),
    channels: count.default(16),
    cells: count.default(5),
    partialChannels: count.default(1),
    batch: count.min(2).default(64),
    epochs: count.default(100),
    stepsPerEpoch: count.nullable().default(null),
    split: z.enum(["half", "nasbench201"]).default("half"),
    weights: z
      .strictObject({
        learningRate: rate.default(0.025),
        minimumLearningRate: rate.default(0.001),
        momentum: fraction.default(0.9),
        weightDecay: rate.default(3e-4),
        clip: z.number().positive().default(5),
      })
      .prefault({}),
    architecture: z
      .strictObject({
        learningRate: rate.default(3e-4),
        betas: z.tuple([fraction, fraction]).default([0.5, 0.999]),
        anchor: z.enum(["l2", "kl"]).default("l2"),
        anchorWeight: rate.default(1e-3),
        warmup: z.int().nonnegative().default(0),
      })
      .prefault({}),
  })
  .refine(({ channels, partialChannels }) => channels % partialChannels === 0, {
    path: ["partialChannels"],
    error: "it must divide the channels (settings.channels)",
  });

/** All settings, defaults filled in. An unknown name or a value that makes no sense is a UserError that names both. */
export const completeSettings = (input: SettingsInput = {}): SearchSettings => checkSettings(schema, input);
