import type { ActedBy, BranchView, ConversationView, Event, Message, MessageId } from "../bindings";
import { partsOf } from "./attempts";
import { keepSummaries, standing } from "./summaries";
import type { Tree } from "./tree";
import { keepPassedOver, passedOverOn } from "./turns";

type ShapeEvent = Extract<Event, { event: "message.edited" | "message.deleted" | "message.restored" | `branch.${string}` }>;

/** The tree of messages after something was done to it: the view holds one branch, the tree remembers the others. */
export function reshape(view: ConversationView, event: ShapeEvent, tree: Tree): Partial<ConversationView> {
	switch (event.event) {
		case "message.edited": {
			const { message, text, version, by } = event.data;
			// Who wrote what is told of what was said first only.
			const parts = (one: Message) => (version === 1 ? partsOf(one.attempts, text) : []);
			const edited = (one: Message) => ({ ...one, text, version, versions: Math.max(one.versions, version), parts: parts(one) });
			return { ...acted(view, by), messages: only(view, message, edited) };
		}
		case "message.deleted":
			return { ...acted(view, event.data.by), messages: only(view, event.data.message, (one) => ({ ...one, deleted: true })) };
		case "message.restored":
			return { ...acted(view, event.data.by), messages: only(view, event.data.message, (one) => ({ ...one, deleted: false })) };
		case "branch.created": {
			const { branch: id, name, from, why, by } = event.data;
			keep(tree, view);
			const messages = upTo(view, from, tree);
			const made: BranchView = { id, name, head: from, from, why, messages: messages.length, current: true, created_at: event.ts };
			return { ...acted(view, by), branch: id, branches: [...others(view), made], messages, ...besides(tree, messages) };
		}
		case "branch.switched": {
			const { branch, head, by } = event.data;
			keep(tree, view);
			return { ...acted(view, by), branch, branches: led(view.branches, branch), ...shown(view, head, tree) };
		}
		case "branch.removed": {
			const { branch, to, head, by } = event.data;
			keep(tree, view);
			const left = view.branches.filter(({ id }) => id !== branch);
			return { ...acted(view, by), branch: to, branches: led(left, to), ...shown(view, head, tree) };
		}
		case "branch.renamed": {
			const { branch, name } = event.data;
			return { branches: view.branches.map((one) => (one.id === branch ? { ...one, name } : one)) };
		}
		default:
			event satisfies never;
			return {};
	}
}

/** One more message at the end of the current branch. */
export function grow(view: ConversationView, tree: Tree, message: Message): Partial<ConversationView> {
	const alternatives = tree.beside(message.parent, message.id);
	const branches = view.branches.map((branch) =>
		branch.current ? { ...branch, head: message.id, messages: view.messages.length + 1 } : branch,
	);
	return { branches, messages: [...view.messages, { ...message, alternatives }] };
}

/** What was done can be undone, what was undone done again; whoever does something new cannot do the old again. */
function acted(view: ConversationView, by: ActedBy | undefined): Partial<ConversationView> {
	const { undoable, redoable } = view;
	switch (by) {
		case undefined:
		case "command":
			return { undoable: undoable + 1, redoable: 0 };
		case "undo":
			return { undoable: Math.max(0, undoable - 1), redoable: redoable + 1 };
		case "redo":
			return { undoable: undoable + 1, redoable: Math.max(0, redoable - 1) };
		default:
			by satisfies never;
			return {};
	}
}

function only(view: ConversationView, id: MessageId, change: (message: Message) => Message): Message[] {
	return view.messages.map((message) => (message.id === id ? change(message) : message));
}

/** What is on the screen, before something else takes its place there. */
function keep(tree: Tree, view: ConversationView) {
	tree.keep(view.messages);
	keepSummaries(view, tree);
	keepPassedOver(view, tree);
}

function shown(view: ConversationView, head: MessageId | null, tree: Tree): Partial<ConversationView> {
	const messages = upTo(view, head, tree);
	return { messages, ...besides(tree, messages) };
}

/** What stands beside these messages. */
const besides = (tree: Tree, messages: Message[]) => ({ summaries: standing(tree, messages), passed_over: passedOverOn(tree, messages) });

const others = (view: ConversationView) => view.branches.map((branch) => ({ ...branch, current: false }));

const led = (branches: BranchView[], current: string) => branches.map((branch) => ({ ...branch, current: branch.id === current }));

/** The branch up to this message. Where it was never seen, what is common stays until it is fetched. */
function upTo(view: ConversationView, head: MessageId | null, tree: Tree): Message[] {
	const place = view.messages.findIndex(({ id }) => id === head);
	return place >= 0 ? view.messages.slice(0, place + 1) : (tree.path(head) ?? view.messages);
}
