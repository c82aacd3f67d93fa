// naslab spaces, methods and notebooks, which take no more than --json.
import { says } from "../said";
import { type CommandCase, really, refused } from "./command-case";

export const lists: readonly CommandCase[] = [
  really("spaces --jsn", says("--jsn", "spaces", "the options are --json")),
  refused("spaces darts", says("'darts'", "spaces", "the options are --json")),
  really("methods drnas", says("'drnas'", "methods", "the options are --json")),
  refused("methods --json=yes", says("--json", "does not take an argument", "the options are --json")),
  really("notebooks 01", says("'01'", "notebooks", "--help")),
  refused("notebooks --all", says("--all", "notebooks", "--help")),
];
