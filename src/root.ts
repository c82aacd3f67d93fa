// Where the package lies, so that code compiled into dist/ finds the files that ship beside it.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of NASLab's package.json. */
export const packageRoot: string = (() => {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
})();

/** How a user calls naslab here, "npm start --" or "npx naslab", and what sets up what is missing; bin/ says it before anything is compiled. */
export const { program, setUpCommand } = require(join(packageRoot, "bin", "program.js")) as {
  readonly program: string;
  readonly setUpCommand: string;
};
