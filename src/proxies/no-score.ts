import { UserError } from "../errors";

/** Why an architecture has no score by a proxy: the formula has no finite value there. */
export class NoScore extends UserError {}
