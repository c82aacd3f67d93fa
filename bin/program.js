// How a user calls naslab here: in a clone of the repository by npm's script, in a folder where npm has installed the package by its name.

const { existsSync } = require("node:fs");
const { join } = require("node:path");

/** Whether this is a clone of the repository; else it is the package, which comes compiled and with its dependencies. */
const isClone = existsSync(join(__dirname, "..", "package-lock.json"));

/** What stands before a command's name. */
const program = isClone ? "npm start --" : "npx naslab";

/** What sets up what is missing, for the remedies of errors. */
const setUpCommand = isClone ? `${program} setup` : `${program} install (with the place)`;

module.exports = { isClone, program, setUpCommand };
