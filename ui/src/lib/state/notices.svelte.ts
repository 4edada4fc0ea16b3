import { sentence, toFailure, type Failure } from "../errors";

export interface Notice {
	id: number;
	tone: "info" | "danger";
	text: string;
}

const MAX_NOTICES = 4;

/** What has to be said and has no better place. It stays until it is dismissed: nobody reads against a clock. */
export class Notices {
	list = $state.raw<Notice[]>([]);
	#next = 1;

	tell(text: string, tone: Notice["tone"] = "info") {
		const others = this.list.filter((notice) => notice.text !== text);
		this.list = [...others, { id: this.#next++, tone, text }].slice(-MAX_NOTICES);
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
}
