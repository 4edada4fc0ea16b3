import type { ConnectionLimits, UsualLimits } from "../../lib/bindings";
import type { Failure } from "../../lib/errors";

export type Limit = "calls_at_once" | "first_token_s" | "idle_s" | "no_progress_s" | "total_s";

export const timers = [
	{ limit: "first_token_s", label: "First word", hint: "From the question to the first word or thought." },
	{ limit: "idle_s", label: "Silence", hint: "Between two signs of life." },
	{ limit: "no_progress_s", label: "No progress", hint: "Between two words or thoughts." },
	{ limit: "total_s", label: "Whole answer", hint: "From the question to the last word." },
] as const;

const limits = ["calls_at_once", ...timers.map(({ limit }) => limit)] as const;

/** How a connection is called, as it is typed in. An empty field is what is usual. */
export class LimitsDraft {
	typed = $state<Record<Limit, string>>({ calls_at_once: "", first_token_s: "", idle_s: "", no_progress_s: "", total_s: "" });
	errors = $state.raw<Partial<Record<Limit, string>>>({});

	constructor(said: ConnectionLimits | undefined) {
		for (const limit of limits) this.typed[limit] = said?.[limit]?.toString() ?? "";
	}

	get isUsual() {
		return limits.every((limit) => this.typed[limit].trim() === "");
	}

	/** None when something is no number, which then stands at its field. */
	wanted(): ConnectionLimits | undefined {
		const errors: typeof this.errors = {};
		const number = (limit: Limit): number | null => {
			const written = this.typed[limit].trim();
			if (written === "") return null;
			if (!/^\d{1,9}$/.test(written)) errors[limit] = "Write a whole number, or leave it empty.";
			return Number(written);
		};
		const wanted: ConnectionLimits = {
			calls_at_once: number("calls_at_once"),
			first_token_s: number("first_token_s"),
			idle_s: number("idle_s"),
			no_progress_s: number("no_progress_s"),
			total_s: number("total_s"),
		};
		this.errors = errors;
		return Object.keys(errors).length === 0 ? wanted : undefined;
	}

	/** What Rust found wrong; whether it is one of these. */
	refuse(failure: Failure): boolean {
		const limit = limits.find((limit) => failure.field === `limits.${limit}`);
		this.errors = limit ? { [limit]: failure.message } : {};
		return limit !== undefined;
	}
}

export const callsHint = (usual: UsualLimits | undefined) =>
	usual?.shares_calls ? "Over all conversations; more wait in line. Left empty, it shares its places with all other servers on the internet." : "Over all conversations; more wait in line.";
