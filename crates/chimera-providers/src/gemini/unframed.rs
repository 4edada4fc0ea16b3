use chimera_core::ProviderError;

use crate::classify::{self, Complaint};

/// Bytes of an error that are kept.
const MOST: usize = 64 * 1024;

/// What lies in the stream outside of any event: after the first events an error may come as bare, pretty JSON. To the
/// framing its lines are fields without a meaning, so they are picked up here.
#[derive(Debug, Default, Clone)]
pub(super) struct Unframed {
    place: Place,
    json: Vec<u8>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    LineStart,
    InLine,
    /// A line began with a brace, which none of an event does: all that follows belongs to it.
    InJson,
}

impl Unframed {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while self.place != Place::InJson && !rest.is_empty() {
            rest = match self.place {
                Place::LineStart => match rest[0] {
                    b'{' => {
                        self.place = Place::InJson;
                        rest
                    }
                    b'\r' | b'\n' => &rest[1..],
                    _ => {
                        self.place = Place::InLine;
                        &rest[1..]
                    }
                },
                Place::InLine | Place::InJson => match memchr::memchr2(b'\n', b'\r', rest) {
                    Some(end) => {
                        self.place = Place::LineStart;
                        &rest[end + 1..]
                    }
                    None => &[],
                },
            };
        }
        if self.place == Place::InJson {
            let room = MOST - self.json.len();
            self.json.extend_from_slice(&rest[..rest.len().min(room)]);
        }
    }

    /// The error that it is, if it is one.
    pub(super) fn error(&self) -> Option<ProviderError> {
        let json = serde_json::from_slice(&self.json).ok()?;
        Complaint::from_event(&json, "").map(|complaint| classify::error(&complaint))
    }
}
