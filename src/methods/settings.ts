// The settings of a search: plain JSON, one schema, the papers' values as defaults.
import { z } from "zod";
import { UserError } from "../errors";
import type { SearchSpace } from "../spaces";
import { axes } from "./axes";
import type { Chosen } from "./axes/part";
import { checkSettings } from "./check-settings";
import { requireMethod } from "./description";
import type { Method } from "./method";

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
  /** Epochs at the start, and after each change of the network, in which the distribution stays as it is. */
  readonly warmup: number;
  /** The largest norm of the loss's gradient by the distribution's parameters; null: any. */
  readonly clip: number | null;
}

/** How the weights w learn: SGD with momentum, a cosine schedule by epoch, clipped gradients. */
export interface WeightSettings {
  readonly learningRate: number;
  readonly minimumLearningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  /** The largest norm of all gradients together. */
  readonly clip: number;
  /** Epochs at the start in which the learning rate grows linearly to its first value. */
  readonly warmup: number;
  /** Whether the learning rate goes back to its first value where the network changes, and falls from there as PyTorch's recursive cosine does (as in DrNAS's code). */
  readonly restart: boolean;
}

/** A part of a search with a network of its own. */
export interface StageSettings {
  readonly epochs: number;
  /** Operations that each edge keeps of the stage before; null: all. */
  readonly keep: number | null;
  /** K, smaller than in the stage before or the same; where paper and authors' code differ, both. */
  readonly partialChannels: number | { readonly paper: number; readonly code: number };
}

export interface SearchSettings {
  /** Everything random in a run follows from it. */
  readonly seed: number;
  /** C: channels of the first cells; by default the papers' for the space. */
  readonly channels: number;
  /** Cells, as the space counts them: in each stage or in all; by default the papers'. */
  readonly cells: number;
  /** K: mixtures work on the first 1/K of a node's channels (PC-DARTS); a divisor of `channels`. */
  readonly partialChannels: number;
  /** Images in a batch. */
  readonly batch: number;
  /** Epochs of the whole search: the horizon of the cosine schedule; by default the method's, or the papers' for the space. */
  readonly epochs: number;
  /** Steps in an epoch; null: as many as there are whole training batches. */
  readonly stepsPerEpoch: number | null;
  /** What `run.stage()` does one after the other (DrNAS's progressive scheme); null: one stage. */
  readonly stages: readonly StageSettings[] | null;
  /** Whom to follow where a paper and its authors' code differ. */
  readonly follow: "paper" | "code";
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

/** Far beyond what can be computed: a slip of the keyboard shall not take all memory before anything is said. */
const [MOST_CHANNELS, MOST_CELLS, MOST_IMAGES] = [2 ** 16, 1000, 2 ** 16];

const count = z.int().positive();
const rate = z.number().nonnegative();
const fraction = z.number().min(0).lt(1);

const newSchema = () =>
  z
    .strictObject({
      seed: z.int().nonnegative().default(0),
      channels: count.max(MOST_CHANNELS),
      cells: count.max(MOST_CELLS),
      partialChannels: count.default(1),
      batch: count.min(2).max(MOST_IMAGES).default(64),
      epochs: count,
      stepsPerEpoch: count.nullable().default(null),
      stages: z
        .array(
          z.strictObject({
            epochs: count,
            keep: count.min(2).nullable().default(null),
            partialChannels: z.union([count, z.strictObject({ paper: count, code: count })]),
          }),
        )
        .min(1)
        .nullable()
        .default(null),
      follow: z.enum(["paper", "code"]).default("code"),
      split: z.enum(["half", "nasbench201", "drnas-imagenet"]).default("half"),
      weights: z
        .strictObject({
          learningRate: rate.default(0.025),
          minimumLearningRate: rate.default(0.001),
          momentum: fraction.default(0.9),
          weightDecay: rate.default(3e-4),
          clip: z.number().positive().default(5),
          warmup: z.int().nonnegative().default(0),
          restart: z.boolean().default(false),
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
        clip: z.number().positive().nullable().default(null),
      }),
    })
    .superRefine((settings, context) => {
      const fault = stagesFault(settings as unknown as SearchSettings);
      if (fault) context.addIssue({ code: "custom", path: ["stages"], message: fault });
    })
    .refine(({ channels, partialChannels }) => channels % partialChannels === 0, {
      path: ["partialChannels"],
      error: "it must divide the channels (settings.channels)",
    });

let made: { readonly parts: readonly unknown[]; readonly schema: ReturnType<typeof newSchema> } | null = null;

/** The schema with the axes' parts, to which a user may add some. */
function schemaOf() {
  const parts = Object.values(axes).map(({ schema }) => schema);
  if (made === null || parts.some((schema, k) => schema !== made!.parts[k])) made = { parts, schema: newSchema() };
  return made.schema;
}

/** K of each planned stage. */
export const plannedShares = ({ stages, follow }: Pick<SearchSettings, "stages" | "follow">): number[] =>
  (stages ?? []).map(({ partialChannels }) =>
    typeof partialChannels === "number" ? partialChannels : partialChannels[follow],
  );

/** What is wrong with the planned stages; null if nothing. */
function stagesFault(settings: SearchSettings): string | null {
  const { stages, epochs, channels, architecture } = settings;
  if (!stages) return null;
  const total = stages.reduce((sum, stage) => sum + stage.epochs, 0);
  if (total !== epochs) return `its epochs are ${total} in sum, and settings.epochs is ${epochs}; make them the same`;
  if (architecture.pruning.kind !== "none")
    return `settings.architecture.pruning ("${architecture.pruning.kind}") plans stages too; take the pruning "none", or no stages`;
  const shares = plannedShares(settings);
  const wrong = shares.find((share, k) => channels % share !== 0 || (k > 0 && share > shares[k - 1]));
  return wrong === undefined
    ? null
    : `partialChannels ${wrong} must divide the ${channels} channels, and be no larger than in the stage before`;
}

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

/** The authors' search network on NAS-Bench-201. */
const NASBENCH201 = { channels: 16, cells: 5, epochs: 100 };

/**
 * All settings, the method's and then the defaults filled in. A part given without its `kind` is the method's, changed; with another
 * kind it replaces the method's.
 * @param scale the space's search network.
 * @throws UserError that names an unknown name, a value that makes no sense, or a combination that does not.
 */
export function completeSettings(
  method: SettingsInput,
  input: SettingsInput = {},
  scale: SearchSpace["search"] = NASBENCH201,
): SearchSettings {
  const whole = [scale, method, input].reduce(merge, DEFAULT_PARTS as unknown);
  const settings = checkSettings(schemaOf(), whole as object) as SearchSettings;
  for (const axis of Object.values(axes)) {
    const reason =
      settings.architecture[axis.name as keyof ArchitectureSettings] && axis.refusal(settings.architecture);
    if (reason) throw new UserError(reason);
  }
  return settings;
}

/** Why parts can't search a space; null if they can. */
export function unfitness({ architecture }: SearchSettings, space: SearchSpace): string | null {
  const reasons = Object.values(axes).flatMap((axis) => axis.unfitness(architecture, space) ?? []);
  return reasons[0] ?? null;
}

/**
 * All settings of a method's search of a space.
 * @throws UserError as `completeSettings`, or if the method can't search the space.
 */
export function settingsFor(method: Method, space: SearchSpace, input: SettingsInput = {}): SearchSettings {
  const { settings: general, on } = requireMethod(method);
  const own = merge(general, on?.[space.name]) as SettingsInput;
  const settings = completeSettings(own, input, space.search);
  const reason = unfitness(settings, space);
  if (reason) throw new UserError(`${reason} (${space.title})`);
  return settings;
}

/** `over` on top of `under`; an object of another kind replaces. */
function merge(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (!isPlain(under) || !isPlain(over) || ("kind" in over && over.kind !== under.kind)) return over;
  const names = new Set([...Object.keys(under), ...Object.keys(over)]);
  const own = (object: Record<string, unknown>, name: string) =>
    Object.hasOwn(object, name) ? object[name] : undefined;
  return Object.fromEntries([...names].map((name) => [name, merge(own(under, name), own(over, name))]));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
