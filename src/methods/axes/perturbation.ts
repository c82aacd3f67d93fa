// The axis of perturbations: what is done to the weights θ before the network's weights learn under them (SDARTS).
import { z } from "zod";
import type { RandomStream } from "../../backend";
import type { Draw, Moment, Passes } from "../method";
import { Axis, part } from "./part";

export interface Perturbed {
  readonly draw: Draw;
  readonly passes: Passes;
  readonly stream: RandomStream;
  readonly moment: Moment;
}

export type Perturbation = (at: Perturbed) => Draw;

const none = part<Perturbation, object>({
  kind: "none",
  settings: z.strictObject({}),
  make:
    () =>
    ({ draw }) =>
      draw,
});

export const perturbation = new Axis<Perturbation>("perturbation", [none]);
