// Errors that carry a remedy for the user.

/** Bad input, or a situation that the user can mend: its message alone, in one sentence with the remedy, is what the user should see. */
export class UserError extends Error {
  override name = "UserError";
}

/** What the system refuses at a file, as a UserError; any other error as it is. @param what as the beginning of a sentence. */
export function refused(error: unknown, what: string, remedy: string): unknown {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code === undefined ? error : new UserError(`${what} (${code}); ${remedy}`);
}
