export { UNITS } from "./units.js";
