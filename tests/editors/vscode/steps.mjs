// All steps, in the order they are taken.
import { running } from "./steps/running.mjs";
import { surroundings } from "./steps/surroundings.mjs";
import { writing } from "./steps/writing.mjs";
import { reading } from "./steps/reading.mjs";

/** The last ones change the editor's settings. */
export const steps = [...reading, ...writing, ...running, ...surroundings];
