import { sentence, toFailure, type Failure } from "../errors";

/** What can be done about what was told. */
export interface NoticeAction {
	label: string;
	run: () => void;
}

export interface Notice {
	id: number;
	tone: "info" | "danger";
	text: string;
	action?: NoticeAction | undefined;
}

const MAX_NOTICES = 4;

/** What has to be said and has no better place. It stays until it is dismissed: nobody reads against a clock. */
export class Notices {
	list = $state.raw<Notice[]>([]);
	#next = 1;

	tell(text: string, tone: Notice["tone"] = "info") {
		this.#add({ tone, text });
	}

	/** Offers one thing to do; an offer that stood before is gone. */
	offer(text: string, action: NoticeAction) {
		this.withdraw();
		this.#add({ tone: "info", text, action });
	}

	/** What was offered is no longer to be had. */
	withdraw() {
		this.list = this.list.filter((notice) => notice.action === undefined);
	}

	dismiss(id: number) {
		this.list = this.list.filter((notice) => notice.id !== id);
	}

	/** Does the work and tells of its failure, which is also given back. */
	async guard<T>(work: () => Promise<T>): Promise<{ value: T } | { failure: Failure }> {
		try {
			return { value: await work() };
		} catch (thrown) {
			const failure = toFailure(thrown);
			this.tell(sentence(failure.message), "danger");
			return { failure };
		}
	}

	#add(notice: Omit<Notice, "id">) {
		const others = this.list.filter(({ text }) => text !== notice.text);
		this.list = [...others, { id: this.#next++, ...notice }].slice(-MAX_NOTICES);
	}
}
