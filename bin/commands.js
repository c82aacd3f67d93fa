// The commands of naslab: what each does, and what must be set up before it runs.

/** Commands written in TypeScript (src/cli has the same names), with what they need of set-up; one without tensors needs no backend. */
const compiled = {
  run: { summary: "execute a notebook without a browser", needs: "notebooks" },
  notebooks: { summary: "execute all notebooks and refresh their committed outputs", needs: "notebooks" },
  search: { summary: "run a search without a notebook", needs: "compiled" },
  methods: { summary: "list the search methods", needs: "compiled", tensors: false },
  spaces: { summary: "list the search spaces", needs: "compiled", tensors: false },
  describe: { summary: "tell what an architecture costs, and draw it", needs: "compiled", tensors: false },
  bench: { summary: "measure speed and memory", needs: "compiled" },
};

const own = {
  setup: { summary: "set up this clone, without opening JupyterLab" },
  lab: { summary: "set up, then open JupyterLab at the first notebook (also without any word)" },
};

/** The text of `naslab --help`. */
function overview() {
  const lines = Object.entries({ ...own, ...compiled }).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `Usage: npm start -- COMMAND …   (or: node bin/naslab.js COMMAND …)

${lines.join("\n")}

npm start -- COMMAND --help tells more about one. Set-up that is missing runs first.`;
}

module.exports = { compiled, own, overview };
