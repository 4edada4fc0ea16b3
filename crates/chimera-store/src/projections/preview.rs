use std::borrow::Cow;

use chimera_core::ImageRef;

/// Characters of a message that the list of conversations shows.
const PREVIEW_CHARS: usize = 160;

/// What a message says, or the labels of what it shows when it says nothing.
pub(super) fn in_words<'t>(text: &'t str, images: &[ImageRef]) -> Cow<'t, str> {
    if !text.trim().is_empty() || images.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(images.iter().map(ImageRef::label).collect::<Vec<_>>().join(" "))
}

/// One line: the speaker's name and how the text begins.
pub(super) fn preview(name: &str, text: &str) -> String {
    let mut line = format!("{name}:");
    // A word may be as long as the message, so what is read is bounded before it is taken apart.
    let beginning: String = text.trim_start().chars().take(2 * PREVIEW_CHARS).collect();
    for word in beginning.split_whitespace() {
        line.push(' ');
        line.push_str(word);
    }
    match line.char_indices().nth(PREVIEW_CHARS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_one_line_led_by_the_speakers_name() {
        assert_eq!(preview("Ada", "  First,\n\n\tsecond.\n"), "Ada: First, second.");
        assert_eq!(preview("Ada", ""), "Ada:");
    }

    #[test]
    fn a_long_preview_is_cut_between_characters() {
        let preview = preview("Ada", &"é".repeat(10_000));

        assert_eq!(preview.chars().count(), PREVIEW_CHARS + 1);
        assert!(preview.ends_with("é…"));
    }
}
