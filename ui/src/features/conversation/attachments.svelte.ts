import type { Attachment, ImageRef } from "../../lib/bindings";
import { sentence, toFailure } from "../../lib/errors";
import type { Pictured } from "../../lib/state/drafts";
import { IMAGE_TYPES, MOST_BYTES, MOST_IMAGES } from "../../lib/state/images.svelte";

/** An image beside the words that are being written. */
export interface Attached {
	key: number;
	name: string;
	/** None while it is on its way. */
	image: ImageRef | null;
	alt: string;
}

/** The images of a message that is being written. */
export class Attachments {
	list = $state<Attached[]>([]);
	error = $state<string>();
	#next = 0;

	constructor(
		readonly attach: (file: File) => Promise<ImageRef>,
		kept: Pictured[] = [],
		find: (image: ImageRef) => Promise<unknown> = () => Promise.resolve(),
	) {
		this.list = kept.map((one) => ({ ...one, key: this.#next++ }));
		for (const { key, name, image } of this.list) {
			if (image) find(image).catch((thrown: unknown) => this.#missing(key, name, toFailure(thrown).code));
		}
	}

	readonly isReading = $derived(this.list.some(({ image }) => image === null));

	async add(files: Iterable<File>) {
		this.error = undefined;
		await Promise.all([...files].map((file) => this.#add(file)));
	}

	remove(key: number) {
		this.error = undefined;
		this.list = this.list.filter((one) => one.key !== key);
	}

	clear() {
		this.list = [];
		this.error = undefined;
	}

	/** What goes with the words. */
	wanted(): Attachment[] {
		return this.list.flatMap(({ image, alt }) => (image ? [{ digest: image.digest, alt: alt.trim() || null }] : []));
	}

	/** What is here of them when the page comes back. */
	kept(): Pictured[] {
		return this.list.flatMap(({ name, image, alt }) => (image ? [{ name, image, alt }] : []));
	}

	async #add(file: File) {
		const name = file.name || "the image";
		if (!IMAGE_TYPES.includes(file.type)) return this.#refuse(`“${name}” is no image that can be shown: take a PNG, JPEG, WebP or GIF`);
		if (file.size > MOST_BYTES) return this.#refuse(`“${name}” is too large: an image has at most ${MOST_BYTES / 1024 / 1024} MB`);
		if (this.list.length >= MOST_IMAGES) return this.#refuse(`a message shows at most ${MOST_IMAGES} images`);
		const key = this.#next++;
		this.list.push({ key, name, image: null, alt: "" });
		try {
			const image = await this.attach(file);
			const one = this.list.find((other) => other.key === key);
			if (this.list.some((other) => other.image?.digest === image.digest)) this.remove(key);
			else if (one) one.image = image;
		} catch (thrown) {
			this.remove(key);
			this.#refuse(`“${name}”: ${toFailure(thrown).message}`);
		}
	}

	/** What no message shows is let go of some day; what merely could not be read now may still be said. */
	#missing(key: number, name: string, code: string) {
		if (code !== "image_not_found") return;
		this.remove(key);
		this.#refuse(`“${name}” is not kept any more: bring it again`);
	}

	#refuse(why: string) {
		this.error = sentence(why);
	}
}
