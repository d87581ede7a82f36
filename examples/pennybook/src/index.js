export { readEntry } from "./entry.js";
