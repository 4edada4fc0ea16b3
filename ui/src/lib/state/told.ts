type Told<T> = { [K in keyof T]?: Exclude<T[K], null> };

/** Only what is said of a change: what is absent, or nothing, stays as it was. */
export function told<T extends object>(change: T): Told<T> {
	const said: Told<T> = {};
	for (const key in change) {
		const value = change[key];
		if (isSaid(value)) said[key] = value;
	}
	return said;
}

const isSaid = <V>(value: V): value is Exclude<V, null> => value !== null && value !== undefined;
