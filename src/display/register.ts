// How a class gets its picture: ours are in table.ts, a user's come from a cell.
import { UserError } from "../errors";
import { DISPLAY, type MimeBundle } from "./bundle";
import { Figure } from "./figure";

/** A figure, or the MIME bundle itself. */
export type Picture = Figure | MimeBundle;

/** Makes every value of a class show itself by `picture` when it is the last value of a cell. A later call replaces an earlier one. */
export function register<T>(
  Class: abstract new (...args: never[]) => T,
  picture: (value: T) => Picture | Promise<Picture>,
): void {
  if (typeof Class !== "function" || typeof picture !== "function") {
    throw new UserError(
      "display.register: give a class and a function from its values to figures: display.register(Class, value => …)",
    );
  }
  Object.defineProperty(Class.prototype, DISPLAY, {
    configurable: true,
    writable: true,
    async value(this: T): Promise<MimeBundle> {
      const made = await picture(this);
      return made instanceof Figure ? made[DISPLAY]() : made;
    },
  });
}
