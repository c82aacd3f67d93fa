// The commands of naslab: what each does, and what must be set up before it runs.

const { isClone, program } = require("./program");

/**
 * Commands written in TypeScript (src/cli has the same names), with what they need of set-up; one without tensors needs no backend.
 * Those of a clone are not there in the package that npm installs.
 */
const compiled = {
  run: { summary: "execute a notebook without a browser", needs: "notebooks", clone: true },
  notebooks: { summary: "execute all notebooks and refresh their committed outputs", needs: "notebooks", clone: true },
  search: { summary: "run a search without a notebook", needs: "compiled" },
  score: { summary: "score architectures without training them", needs: "compiled" },
  resume: { summary: "go on with a search that was kept in a folder", needs: "compiled" },
  runs: { summary: "list the searches that are kept in a folder", needs: "compiled", tensors: false },
  show: { summary: "draw a search from its folder", needs: "compiled", tensors: false },
  methods: { summary: "list the search methods", needs: "compiled", tensors: false },
  spaces: { summary: "list the search spaces", needs: "compiled", tensors: false },
  describe: { summary: "tell what an architecture costs, and draw it", needs: "compiled", tensors: false },
  bench: { summary: "measure speed and memory", needs: "compiled", clone: true },
};

const own = {
  setup: { summary: "set up this clone, without opening JupyterLab", clone: true },
  lab: { summary: "set up, then open JupyterLab at the first notebook (also without any word)", clone: true },
  install: { summary: "put the kernel and the plugin into a Jupyter that you have" },
  uninstall: { summary: "remove what install has put there" },
  doctor: { summary: "check each part of an installation" },
};

/** The commands that there are here, by name. */
const here = Object.fromEntries(Object.entries({ ...own, ...compiled }).filter(([, { clone }]) => isClone || !clone));

/** The text of `naslab --help`. */
function overview() {
  const lines = Object.entries(here).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  const start = `${program} COMMAND …`;
  return `Usage: ${start}${isClone ? "   (or: node bin/naslab.js COMMAND …)" : ""}

${lines.join("\n")}

${program} COMMAND --help tells more about one. Set-up that is missing runs first.`;
}

module.exports = { compiled, here, overview };
