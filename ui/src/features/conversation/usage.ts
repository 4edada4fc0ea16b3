import type { AttemptPurpose, ConversationUsage, Spent } from "../../lib/bindings";
import { costWords } from "../../lib/money";

/** What somebody, or something, came to, in words. */
export interface UsageRow {
	key: string;
	who: string;
	/** It was not for the words of a turn. */
	isAside: boolean;
	calls: string;
	input: string;
	output: string;
	cost: string;
}

const asideWords: Record<AttemptPurpose, string> = { speak: "Answers", choose: "Moderator: who speaks next", summarise: "Summaries" };

export function usageRow(key: string, who: string, spent: Spent, isAside = false): UsageRow {
	const { attempts, input_tokens, output_tokens, cost } = spent;
	const approximately = cost.estimated ? "≈ " : "";
	const tokens = (n: number) => `${approximately}${n.toLocaleString()}`;
	const isUnknown = cost.unpriced_attempts > 0 && cost.known === 0;
	return { key, who, isAside, calls: attempts.toLocaleString(), input: tokens(input_tokens), output: tokens(output_tokens), cost: isUnknown ? "unknown" : costWords(cost) };
}

/** The dearest first; of what is the same, or unknown, what took more tokens. */
export function usageRows({ participants, asides = [] }: ConversationUsage): UsageRow[] {
	const spoken = participants.map(({ participant, name, spent }) => ({ spent, row: usageRow(participant, name, spent) }));
	const beside = asides.map(({ purpose, spent }) => ({ spent, row: usageRow(purpose, asideWords[purpose], spent, true) }));
	const tokens = ({ input_tokens, output_tokens }: Spent) => input_tokens + output_tokens;
	return [...spoken, ...beside]
		.sort(({ spent: one }, { spent: other }) => other.cost.known - one.cost.known || tokens(other) - tokens(one))
		.map(({ row }) => row);
}
