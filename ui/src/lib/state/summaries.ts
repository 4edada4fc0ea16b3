import type { ConversationView, Event, Message, Summary } from "../bindings";
import type { Tree } from "./tree";

type SummaryEvent = Extract<Event, { event: `summary.${string}` }>;

/** What stands in prompts for the talk before their window, after one more event. */
export function summedUp(view: ConversationView, event: SummaryEvent, tree: Tree): Partial<ConversationView> {
	const summaries = view.summaries ?? [];
	keepSummaries(view, tree);
	switch (event.event) {
		case "summary.written": {
			const { summary: id, attempt, model, through, extends: earlier = null, text } = event.data;
			const written: Summary = { id, through, extends: earlier, text, edited: false, model, attempt, written_at: event.ts };
			tree.summaries.set(id, written);
			return { summaries: standing(tree, view.messages), summary_failure: null };
		}
		case "summary.edited": {
			const { summary, text } = event.data;
			const known = tree.summaries.get(summary);
			if (known) tree.summaries.set(summary, { ...known, text, edited: true });
			return { summaries: summaries.map((one) => (one.id === summary ? { ...one, text, edited: true } : one)) };
		}
		case "summary.outdated":
			tree.summaries.delete(event.data.summary);
			return { summaries: summaries.filter(({ id }) => id !== event.data.summary) };
		case "summary.failed":
			return { summary_failure: event.data.note };
		default:
			event satisfies never;
			return {};
	}
}

/** What is in the view, before something else takes its place there. */
export function keepSummaries(view: ConversationView, tree: Tree) {
	for (const summary of view.summaries ?? []) tree.summaries.set(summary.id, summary);
}

/** Those that cover a part of this branch, in the order in which they were written. */
export function standing(tree: Tree, messages: Message[]): Summary[] {
	const shown = new Set(messages.map(({ id }) => id));
	return [...tree.summaries.values()].filter(({ through }) => shown.has(through));
}
