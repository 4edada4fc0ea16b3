import type { ConversationView, Event, Held, Reserve } from "../bindings";
import { NOT_HELD } from "../money";

type Ended = Extract<Event, { event: "attempt.ended" }>;

const UNRESERVED: Reserve = { input_tokens: 0, output_tokens: 0, cost: null };

/**
 * What the budget counts beyond what is known of calls, with one more that has ended: of one that broke off nobody learns
 * what it came to, and as much as was reserved for it counts.
 */
export function held(view: ConversationView, { data }: Ended): Held {
	const before = view.held ?? NOT_HELD;
	const { attempt: id, turn, outcome, usage, cost = null } = data;
	if (outcome.outcome === "skipped") return before;
	const spoken = view.turns?.find((one) => one.id === turn) ?? view.messages.findLast((message) => message.turn === turn);
	const reserved = [...(view.asides ?? []), ...(spoken?.attempts ?? [])].find((attempt) => attempt.id === id)?.reserved ?? UNRESERVED;
	const atMost = outcome.outcome !== "answered" && usage?.estimated ? reserved : UNRESERVED;
	const { input_tokens: input = null, output_tokens: output = null } = usage ?? {};
	const known = input !== null && output !== null ? input + Math.max(output, atMost.output_tokens) : undefined;
	// What was refused came to nothing.
	const tokens = known ?? (cost !== null ? 0 : reserved.input_tokens + reserved.output_tokens);
	const money = cost === null && atMost.cost === null ? (reserved.cost ?? 0) : Math.max(cost ?? 0, atMost.cost ?? 0);
	return {
		tokens: before.tokens + Math.max(0, tokens - (input ?? 0) - (output ?? 0)),
		money: before.money + Math.max(0, money - (cost ?? 0)),
	};
}
