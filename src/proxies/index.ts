export { gradNorm } from "./grad-norm";
