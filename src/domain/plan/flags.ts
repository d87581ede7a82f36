/** What a command may say about the plan. */
import { z } from "zod";
import { PROFILES } from "../config-file.ts";

export const PlanFlags = z.strictObject({
  profile: z.enum(PROFILES).exactOptional(),
  maxParallel: z.number().exactOptional(),
  agent: z.string().exactOptional(),
  includeOptional: z.boolean().exactOptional(),
  only: z.array(z.string()).exactOptional(),
});
export type PlanFlags = z.infer<typeof PlanFlags>;
