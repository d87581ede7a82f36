import { markup } from "./html.ts";
import type { Html } from "./html.ts";

/** A round letter for a person, a square one for a bot; the same colour for the same name. */
export function faceOf(login: string): Html {
  const hue = [...Buffer.from(login)].reduce((sum, byte) => (sum * 31 + byte) % 360, 7);
  const isBot = login.endsWith("[bot]");
  return markup`<span class="face${isBot ? " bot" : ""}" style="--face: hsl(${hue} 48% 45%)" aria-hidden="true"
    >${login.charAt(0).toUpperCase()}</span
  >`;
}

export function timeOf(iso: string): Html {
  const text = new Date(iso).toLocaleString("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return markup`<time datetime="${iso}">${text} UTC</time>`;
}
