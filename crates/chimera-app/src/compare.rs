//! Two branches side by side.

use chimera_core::{BranchComparison, BranchView, ComparisonRow, Message};

/// Aligned by turn: the n-th turn after the fork stands beside the n-th of the other side, and what the user said
/// before it beside what the user said there.
pub(crate) fn branches(left: (BranchView, Vec<Message>), right: (BranchView, Vec<Message>)) -> BranchComparison {
    let ((left, mut lefts), (right, mut rights)) = (left, right);
    let common = lefts.iter().zip(&rights).take_while(|(one, other)| one.id == other.id).count();
    let fork = lefts[..common].last().map(|message| message.id);
    let (lefts, rights) = (turns(lefts.split_off(common)), turns(rights.split_off(common)));
    let rows = side_by_side(lefts, rights).flat_map(|(one, other)| {
        let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
        let said = side_by_side(one.said, other.said);
        let answered = one.turn.is_some() || other.turn.is_some();
        said.chain(answered.then_some((one.turn, other.turn)))
    });
    let rows = rows.map(|(left, right)| ComparisonRow { left, right }).collect();
    BranchComparison { left, right, fork, common: u32::try_from(common).unwrap_or(u32::MAX), rows }
}

/// What the user said, and the turn that came after it, if one did.
#[derive(Default)]
struct Part {
    said: Vec<Message>,
    turn: Option<Message>,
}

fn turns(messages: Vec<Message>) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    for message in messages.into_iter().filter(|message| !message.deleted) {
        if parts.last().is_some_and(|part| part.turn.is_some()) {
            parts.push(Part::default());
        }
        let Some(part) = parts.last_mut() else { continue };
        match message.turn {
            Some(_) => part.turn = Some(message),
            None => part.said.push(message),
        }
    }
    parts
}

fn side_by_side<T>(left: Vec<T>, right: Vec<T>) -> impl Iterator<Item = (Option<T>, Option<T>)> {
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    (0..rows).map(move |_| (left.next(), right.next()))
}

#[cfg(test)]
mod tests {
    use chimera_core::{Author, BranchId, BranchReason, MessageId, ParticipantId, Timestamp, TurnId};
    use serde_json::json;

    use super::*;

    fn branch() -> BranchView {
        BranchView {
            id: BranchId::new(Timestamp::from_millis(0), [1; 10]),
            name: "One".into(),
            head: None,
            from: None,
            why: BranchReason::First,
            messages: 0,
            current: true,
            created_at: Timestamp::from_millis(0),
        }
    }

    /// Each letter is a message; small ones are the user's.
    fn messages(letters: &str) -> Vec<Message> {
        letters.chars().map(message).collect()
    }

    fn message(letter: char) -> Message {
        let at = Timestamp::from_millis(0);
        let bits = [u8::try_from(letter).unwrap(); 10];
        let turn = letter.is_uppercase().then(|| TurnId::new(at, bits));
        let participant = ParticipantId::new(at, [0; 10]);
        let author = if turn.is_some() { Author::Participant { participant } } else { Author::User };
        let message = json!({
            "id": MessageId::new(at, bits), "parent": null, "turn": turn, "author": author, "text": letter,
            "status": "complete", "interrupted": null, "finish": null, "started_at": at, "ended_at": at, "attempts": [],
            "version": 1, "versions": 1, "deleted": false, "alternatives": [],
        });
        serde_json::from_value(message).unwrap()
    }

    fn rows(left: &str, right: &str) -> (u32, String) {
        let compared = branches((branch(), messages(left)), (branch(), messages(right)));
        let letter = |message: &Option<Message>| message.as_ref().map_or("-", |it| it.text.as_str()).to_owned();
        let row = |row: &ComparisonRow| letter(&row.left) + &letter(&row.right);
        (compared.common, compared.rows.iter().map(row).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn turns_stand_beside_turns_and_the_users_words_beside_the_users_words() {
        assert_eq!(rows("ABC", "ABD"), (2, "CD".into()));
        assert_eq!(rows("ABC", "AEFG"), (1, "BE CF -G".into()));
        assert_eq!(rows("AbCD", "AEF"), (1, "b- CE DF".into()));
        assert_eq!(rows("AbcD", "AxE"), (1, "bx c- DE".into()));
        assert_eq!(rows("ABx", "AC"), (1, "BC x-".into()));
    }

    #[test]
    fn a_branch_that_holds_the_other_differs_by_its_end_only() {
        assert_eq!(rows("AB", "ABCd"), (2, "-C -d".into()));
        assert_eq!(rows("AB", "AB"), (2, String::new()));
        assert_eq!(rows("", "A"), (0, "-A".into()));
    }

    #[test]
    fn the_fork_is_the_last_message_that_both_have_and_what_was_deleted_is_left_out() {
        let (mut left, right) = (messages("ABCD"), messages("AXY"));
        left[1].deleted = true;

        let compared = branches((branch(), left), (branch(), right));

        assert_eq!(compared.fork, Some(message('A').id));
        let lefts: Vec<_> = compared.rows.iter().map(|row| row.left.as_ref().map(|it| it.text.as_str())).collect();
        assert_eq!(lefts, [Some("C"), Some("D")]);
    }
}
