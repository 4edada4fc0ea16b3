import type { ConnectionTest } from "../../lib/bindings";
import { count } from "../../lib/words";

/** How far a test got, step by step. What it did not get as far as is left out. */
export function testWords({ reachable, authorized, models, latency_ms }: ConnectionTest): { mark: string; words: string }[] {
	const steps: { mark: string; words: string }[] = [];
	if (reachable !== null) steps.push(reachable ? { mark: "●", words: "reachable" } : { mark: "▲", words: "not reachable" });
	if (authorized !== null) steps.push(authorized ? { mark: "●", words: "authorised" } : { mark: "▲", words: "key not accepted" });
	if (models !== null) steps.push({ mark: models > 0 ? "●" : "▲", words: count(models, "model") });
	return [...steps, { mark: "○", words: `${latency_ms.toLocaleString()} ms` }];
}
