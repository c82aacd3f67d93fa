// Which Node runs us.

/** Whether this Node is older than a version such as "20.3". */
function nodeIsOlderThan(version, node = process.versions.node) {
  const [major, minor] = node.split(".").map(Number);
  const [wantedMajor, wantedMinor] = version.split(".").map(Number);
  return major < wantedMajor || (major === wantedMajor && minor < wantedMinor);
}

module.exports = { nodeIsOlderThan };
