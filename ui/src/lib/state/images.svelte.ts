import { SvelteMap } from "svelte/reactivity";
import type { Backend } from "../backend/backend";
import type { ImageRef, ModelRef, Participant } from "../bindings";
import { modelName } from "../words";

/** What every vendor takes. What is in a file is for Rust to say; its claim saves the way there. */
export const IMAGE_TYPES = ["image/png", "image/jpeg", "image/webp", "image/gif"];
export const MOST_IMAGES = 8;
export const MOST_BYTES = 10 * 1024 * 1024;
/** As many bytes are kept for showing again. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** The bytes of images on their way in and out, and who sees them. */
export class Images {
	#kept = new Map<string, { url: Promise<string>; bytes: number }>();
	#sees = new SvelteMap<string, boolean | null>();

	constructor(readonly backend: Pick<Backend, "attachImage" | "imageData" | "modelFacts">) {}

	/** Kept by Rust, without what the file tells of its maker; what is wrong with it is thrown. */
	async attach(file: File): Promise<ImageRef> {
		const url = await dataUrl(file);
		const image = await this.backend.attachImage(url.slice(url.indexOf(",") + 1));
		return image;
	}

	/** Where the page finds its bytes. */
	url(image: ImageRef): Promise<string> {
		const known = this.#kept.get(image.digest);
		if (known) return known.url;
		const url = this.backend.imageData(image.digest).then((data) => `data:${image.media_type};base64,${data}`);
		this.#kept.set(image.digest, { url, bytes: image.bytes });
		url.catch(() => this.#kept.delete(image.digest));
		this.#letGo();
		return url;
	}

	/** Whether the model that is asked first sees images: none as long as nobody knows. */
	sees(model: ModelRef | undefined): boolean | null | undefined {
		return model && this.#sees.get(modelName(model));
	}

	/** Asks for what is known of the models that would be shown an image. */
	async look(participants: Participant[]) {
		const models = participants.flatMap(({ route }) => route.slice(0, 1)).filter((model) => !this.#sees.has(modelName(model)));
		await Promise.all(
			models.map(async (model) => {
				const facts = await this.backend.modelFacts(model).catch(() => undefined);
				this.#sees.set(modelName(model), facts?.sees_images ?? null);
			}),
		);
	}

	/** The oldest make room. */
	#letGo() {
		let bytes = [...this.#kept.values()].reduce((sum, one) => sum + one.bytes, 0);
		for (const [digest, one] of this.#kept) {
			if (bytes <= KEPT_BYTES || this.#kept.size === 1) return;
			this.#kept.delete(digest);
			bytes -= one.bytes;
		}
	}
}

function dataUrl(file: File): Promise<string> {
	return new Promise((resolve, reject) => {
		const reader = new FileReader();
		reader.onload = () => (typeof reader.result === "string" ? resolve(reader.result) : reject(new Error("the file could not be read")));
		reader.onerror = () => reject(new Error(`${file.name} could not be read`));
		reader.readAsDataURL(file);
	});
}
