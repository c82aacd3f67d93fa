// An axis is a table of named parts; a method takes one part of each.
import { z } from "zod";
import { UserError } from "../../errors";
import type { Choices } from "../../spaces";
import type { ArchitectureSettings } from "../settings";

/** One choice on an axis. `Made` is what the axis' parts make for a search. */
export interface Part<Made, Settings extends object = object> {
  /** Its name in the settings. */
  readonly kind: string;
  /** Its settings beside `kind`, each with a default. */
  readonly settings: z.ZodType<Settings>;
  /** Why it can't be combined with the other parts, as the end of a sentence; null if it can. */
  readonly refuses?: (settings: ArchitectureSettings) => string | null;
  /** Why it can't search a space, as the end of a sentence; null if it can. */
  readonly unfit?: (choices: Choices) => string | null;
  readonly make: (settings: Settings) => Made;
}

/** What a part remembers between steps: plain values, so that a search can be saved and gone back to. */
export type Memory = Record<string, unknown>;

/** A part's memory, at its first use filled with `initial`. */
export const remembered = <State extends object>(memory: Memory, initial: () => State): State =>
  (Object.keys(memory).length > 0 ? memory : Object.assign(memory, initial())) as State;

/** A part's settings, as they stand in a search's. */
export interface Chosen {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/** States a part with its settings' types inferred. */
// biome-ignore lint/suspicious/noExplicitAny: a table holds parts of all settings, and gives each only its own
export const part = <Made, Settings extends object>(definition: Part<Made, Settings>): Part<Made, any> => definition;

export class Axis<Made> {
  readonly #parts = new Map<string, Part<Made>>();
  readonly #builtIn: ReadonlySet<string>;
  #schema: z.ZodType<Chosen> | null = null;

  constructor(
    readonly name: string,
    parts: readonly Part<Made>[],
  ) {
    for (const each of parts) this.#parts.set(each.kind, each);
    this.#builtIn = new Set(this.kinds);
  }

  get kinds(): string[] {
    return [...this.#parts.keys()];
  }

  /** Adds a part of a user's, or replaces it: a cell may run again. @throws UserError if a part of NASLab's has its kind. */
  add(part: Part<Made>): void {
    if (this.#builtIn.has(part.kind))
      throw new UserError(`${this.name}: NASLab has a part of the kind "${part.kind}"; give yours another kind`);
    this.#parts.set(part.kind, part);
    this.#schema = null;
  }

  /** The schema of the axis' settings: `{ kind, …the part's own }`; the same until a part is added. */
  get schema(): z.ZodType<Chosen> {
    this.#schema ??= this.#newSchema();
    return this.#schema;
  }

  #newSchema(): z.ZodType<Chosen> {
    const options = [...this.#parts.values()].map(({ kind, settings }) =>
      (settings as z.ZodObject).extend({ kind: z.literal(kind) }),
    );
    const known = this.kinds.map((kind) => `"${kind}"`).join(", ");
    return z.discriminatedUnion("kind", options as unknown as [z.ZodObject], {
      error: () => `the kinds of ${this.name} are ${known}`,
    }) as unknown as z.ZodType<Chosen>;
  }

  /** Why the chosen part can't be combined with the others; null if it can. */
  refusal(settings: ArchitectureSettings): string | null {
    const { kind } = settings[this.name as keyof ArchitectureSettings] as Chosen;
    const reason = this.#parts.get(kind)!.refuses?.(settings);
    return reason ? `settings.architecture.${this.name}: "${kind}" ${reason}` : null;
  }

  /** Why the chosen part can't search a space; null if it can. */
  unfitness(settings: ArchitectureSettings, choices: Choices): string | null {
    const chosen = settings[this.name as keyof ArchitectureSettings] as Chosen | null;
    const reason = chosen && this.#parts.get(chosen.kind)!.unfit?.(choices);
    return reason ? `settings.architecture.${this.name}: "${chosen.kind}" ${reason}` : null;
  }

  make({ kind, ...settings }: Chosen): Made {
    return this.#parts.get(kind)!.make(settings);
  }
}
