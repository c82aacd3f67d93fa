// Errors that carry a remedy for the user.

/** Bad input, or a situation that the user can mend: its message alone, in one sentence with the remedy, is what the user should see. */
export class UserError extends Error {
  override name = "UserError";
}
