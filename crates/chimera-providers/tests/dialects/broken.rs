//! What cannot be read of an answer is passed over, but not in silence.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use chimera_providers::reading::{Dialect, Reading};
use chimera_providers::{anthropic, compatible, gemini, responses};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// What is warned of, with all of its fields.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.0.lock().expect("no test failed with it").push(fields.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0 += &format!("{field}={value:?} ");
    }
}

fn warned_of<D: Dialect>(read: impl Fn(&mut Reading<D>)) -> Vec<String> {
    let warnings = Warnings::default();
    tracing::subscriber::with_default(warnings.clone(), || read(&mut Reading::default()));
    warnings.0.lock().expect("no test failed with it").clone()
}

fn broken_events_are_warned_of_once<D: Dialect>() {
    let broken = b"data: {secret words\n\ndata: {more of them\n\n";

    let [warned] = &warned_of::<D>(|reading| reading.push(broken))[..] else { panic!("once is enough") };

    assert!(warned.contains(&format!("dialect={:?} bytes=13", D::NAME)), "{warned}");
    assert!(!warned.contains("secret"), "{warned}");
    assert_eq!(warned_of::<D>(|reading| reading.whole(b"{secret")).len(), 1);
    let last = warned_of::<D>(|reading| {
        reading.push(b"data: {\"secret");
        reading.finish();
    });
    assert_eq!(last.len(), 0, "what was cut off is no broken event");
}

#[test]
fn an_event_that_cannot_be_read_is_warned_of_by_its_size_and_never_by_its_words() {
    broken_events_are_warned_of_once::<compatible::ChatCompletions>();
    broken_events_are_warned_of_once::<responses::ResponseEvents>();
    broken_events_are_warned_of_once::<anthropic::Messages>();
    broken_events_are_warned_of_once::<gemini::GenerateContent>();
}
