export type { MimeBundle } from "./bundle";
export { Figure } from "./figure";
export { liveDisplay } from "./live";
export { display } from "./table";
