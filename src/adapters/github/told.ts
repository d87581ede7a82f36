import { UserError } from "../../domain/problem.ts";
import { isStatus } from "./refusals.ts";

/** Null for a refusal: what this account may not see, or this repository has not. */
export async function told<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (isStatus(error, 404) || error instanceof UserError) return null;
    throw error;
  }
}
