//! Turns as the stricter vendors want them: the user begins and ends, roles alternate, and none is empty.

use std::borrow::Cow;

use chimera_core::{PromptMessage, Role};

/// What stands for a turn that nobody took.
const GO_ON: &str = "(Continue.)";

/// The messages in that form. A well-formed request comes out as it went in, without a copy.
pub(crate) fn turns(messages: &[PromptMessage]) -> Vec<(Role, Cow<'_, str>)> {
    let mut turns: Vec<(Role, Cow<'_, str>)> = Vec::with_capacity(messages.len() + 2);
    for message in messages.iter().filter(|message| !message.text.trim().is_empty()) {
        match turns.last_mut() {
            Some((role, text)) if *role == message.role => {
                text.to_mut().push_str("\n\n");
                text.to_mut().push_str(&message.text);
            }
            Some(_) | None => turns.push((message.role, Cow::Borrowed(&message.text))),
        }
    }
    if turns.first().is_none_or(|(role, _)| *role == Role::Assistant) {
        turns.insert(0, (Role::User, GO_ON.into()));
    }
    // An answer that is begun for the model is refused by the newer ones.
    if turns.last().is_some_and(|(role, _)| *role == Role::Assistant) {
        turns.push((Role::User, GO_ON.into()));
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(role: Role, text: &str) -> PromptMessage {
        PromptMessage::new(role, text)
    }

    #[test]
    fn a_well_formed_request_is_left_as_it_is() {
        let messages = [message(Role::User, "one"), message(Role::Assistant, "two"), message(Role::User, "three")];

        let turns = turns(&messages);

        assert_eq!(turns.iter().map(|(_, text)| &**text).collect::<Vec<_>>(), ["one", "two", "three"]);
        assert!(turns.iter().all(|(_, text)| matches!(text, Cow::Borrowed(_))));
    }

    #[test]
    fn neighbours_are_merged_and_the_user_begins_and_ends() {
        let messages = [
            message(Role::Assistant, "a"),
            message(Role::User, " "),
            message(Role::Assistant, "b"),
            message(Role::User, "c"),
            message(Role::User, "d"),
            message(Role::Assistant, "e"),
        ];

        let turns = turns(&messages);

        let expected = [
            (Role::User, GO_ON),
            (Role::Assistant, "a\n\nb"),
            (Role::User, "c\n\nd"),
            (Role::Assistant, "e"),
            (Role::User, GO_ON),
        ];
        assert_eq!(turns, expected.map(|(role, text)| (role, Cow::Borrowed(text))));
        assert_eq!(super::turns(&[]), [(Role::User, Cow::Borrowed(GO_ON))]);
    }
}
