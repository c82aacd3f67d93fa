export type { MimeBundle } from "./bundle";
export { Figure } from "./figure";
export { liveDisplay } from "./live";
export { scoringDisplay } from "./scoring";
export { display } from "./table";
