use chimera_core::{Event, EventKind};

use super::Table;

impl Table {
    /// Everything said, in the order of the branch; what was cut off ends in a dash.
    pub fn transcript(&self) -> Vec<String> {
        let line = |line: &chimera_engine::Line| {
            let name = line.participant().map_or("User", |id| self.name(id));
            format!("{name}: {}{}", line.text, if line.cause.is_some() { " —" } else { "" })
        };
        self.conversation().lines.iter().map(line).collect()
    }

    /// The speakers of all turns, in order.
    pub fn turns(&self) -> Vec<&str> {
        let speaker = |event: &Event| match &event.kind {
            EventKind::TurnStarted { participant, .. } => Some(self.name(*participant)),
            _ => None,
        };
        self.log.iter().filter_map(speaker).collect()
    }

    /// The names of the events since the given number of them.
    pub fn happened_since(&self, mark: usize) -> Vec<String> {
        self.log[mark..].iter().map(|event| name_of(&event.kind)).collect()
    }
}

fn name_of(kind: &EventKind) -> String {
    let json = serde_json::to_value(kind).unwrap();
    json["event"].as_str().unwrap().to_owned()
}
