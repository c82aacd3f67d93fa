// What went wrong in set-up, with the remedy.

/** A step that could not be done: the cause and the remedy are one sentence each. */
class Problem extends Error {
  /**
   * @param {string} cause
   * @param {string} remedy
   * @param {{ lasting?: boolean }} [options] lasting: repeating it with the same inputs cannot help, so the next set-up need not try
   */
  constructor(cause, remedy, { lasting = false } = {}) {
    super(cause);
    this.name = "Problem";
    this.remedy = remedy;
    this.lasting = lasting;
  }
}

const NETWORK =
  /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|network|Retrying|ConnectionError|ConnectTimeout|resolve host|SSLError/;

/** The remedy that the output of a failed tool suggests, or the given one. */
function remedyFor(output, otherwise) {
  if (/ENOSPC|No space left/i.test(output))
    return "free some disk space (all of set-up takes about 3 GB, with CUDA 8 GB) and repeat";
  if (/EACCES|EPERM|Permission denied/.test(output)) return "give yourself write access to this folder and repeat";
  if (NETWORK.test(output)) return "check the network and the proxy settings, then repeat";
  return otherwise;
}

/** The line of a failed tool's output that names its cause best; undefined if it said nothing. */
function causeIn(output) {
  const lines = output.split("\n").map((line) => line.trim().replace(/^npm (error|ERR!) */, "npm: "));
  const told = lines.filter((line) => line && !/^npm:( (code|errno|syscall|path) .*|)$/.test(line));
  return told.find((line) => /\berror\b|^npm:/i.test(line)) ?? told.at(-1);
}

module.exports = { Problem, remedyFor, causeIn };
