//! Turns as the stricter vendors want them: the user begins and ends, roles alternate, and none is empty.

use std::borrow::Cow;

use chimera_core::{PromptMessage, Role};

/// What stands for a turn that nobody took.
const GO_ON: &str = "(Continue.)";

/// The messages in that form. A well-formed request comes out as it went in, without a copy.
pub(crate) fn turns(messages: &[PromptMessage]) -> Vec<Cow<'_, PromptMessage>> {
    let mut turns: Vec<Cow<'_, PromptMessage>> = Vec::with_capacity(messages.len() + 2);
    let is_empty = |message: &PromptMessage| message.text.trim().is_empty() && message.images.is_empty();
    for message in messages.iter().filter(|message| !is_empty(message)) {
        match turns.last_mut() {
            Some(last) if last.role == message.role => last.to_mut().join(message),
            Some(_) | None => turns.push(Cow::Borrowed(message)),
        }
    }
    let go_on = || Cow::Owned(PromptMessage::new(Role::User, GO_ON));
    if turns.first().is_none_or(|first| first.role == Role::Assistant) {
        turns.insert(0, go_on());
    }
    // An answer that is begun for the model is refused by the newer ones.
    if turns.last().is_some_and(|last| last.role == Role::Assistant) {
        turns.push(go_on());
    }
    turns
}

/// The messages with the system's words in front of the user's first, if there are any.
pub(crate) fn led_by(system: &str, messages: &[PromptMessage]) -> Option<Vec<PromptMessage>> {
    let mut first = Some(system).filter(|system| !system.is_empty()).map(|it| PromptMessage::new(Role::User, it))?;
    let rest = match messages.split_first() {
        Some((user, rest)) if user.role == Role::User => {
            first.join(user);
            rest
        }
        Some(_) | None => messages,
    };
    Some([std::slice::from_ref(&first), rest].concat())
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

        assert_eq!(turns.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>(), ["one", "two", "three"]);
        assert!(turns.iter().all(|turn| matches!(turn, Cow::Borrowed(_))));
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
        assert_eq!(turns, expected.map(|(role, text)| Cow::<PromptMessage>::Owned(message(role, text))));
        assert_eq!(super::turns(&[]), [Cow::<PromptMessage>::Owned(message(Role::User, GO_ON))]);
    }
}
