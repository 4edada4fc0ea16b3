use chimera_core::MAX_THOUGHT_BYTES;

/// What a model shows of its thinking, as far as there is room for it. It is kept beside the words and never one of them.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    text: String,
    has_begun: bool,
    is_cut: bool,
}

impl Thoughts {
    pub fn push(&mut self, piece: &str) {
        self.has_begun = true;
        if self.is_cut {
            return;
        }
        let room = MAX_THOUGHT_BYTES - self.text.len();
        let fitting = &piece[..piece.floor_char_boundary(room)];
        self.text.push_str(fitting);
        self.is_cut = fitting.len() < piece.len();
    }

    pub fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// None where there is nothing to read; what had no room is an ellipsis.
    pub fn told(&self) -> Option<String> {
        let told = || if self.is_cut { format!("{}…", self.text) } else { self.text.clone() };
        (!self.text.trim().is_empty()).then(told)
    }
}
