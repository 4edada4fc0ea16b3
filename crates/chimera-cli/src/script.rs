//! A conversation as it looks in a terminal: a script, as in the window.

use std::collections::HashMap;

use chimera_core::{
    AttemptOutcome, Author, ConversationState, ConversationView, EventKind, FeedItem, ImageRef, InterruptCause,
    Message, MessageId, MessageStatus, ParticipantId, StateReason, TurnOutcome,
};

use crate::endings;
use crate::out::tame;

/// Turns the items of the feed into what is printed next.
#[derive(Debug, Default)]
pub struct Script {
    names: HashMap<ParticipantId, String>,
    /// Scalar values already printed of the message that is being written.
    printed: HashMap<MessageId, u32>,
    /// Messages that had begun before anybody listened, and who writes them.
    begun: HashMap<MessageId, Author>,
}

impl Script {
    /// Of a conversation that has begun before.
    pub fn of(view: &ConversationView) -> Self {
        let seats = view.participants.iter().chain(&view.left);
        let begun = view.messages.iter().filter(|message| message.status == MessageStatus::Streaming);
        Self {
            names: seats.map(|seat| (seat.id, seat.name.clone())).collect(),
            begun: begun.map(|message| (message.id, message.author)).collect(),
            ..Self::default()
        }
    }

    pub fn author(&self, author: Author) -> &str {
        match author {
            Author::User => "You",
            Author::Participant { participant } => self.name(participant),
        }
    }

    pub fn next(&mut self, item: &FeedItem) -> String {
        match item {
            FeedItem::Event(event) => self.event(&event.kind),
            FeedItem::Delta(delta) => {
                let heading = self.heading(delta.message);
                let printed = self.printed.entry(delta.message).or_default();
                *printed = delta.offset + u32::try_from(delta.text.chars().count()).unwrap_or(u32::MAX);
                heading + &tame(&delta.text)
            }
            FeedItem::Snapshot(snapshot) => {
                let heading = self.heading(snapshot.message);
                let printed = self.printed.entry(snapshot.message).or_default();
                let rest: String = snapshot.text.chars().skip(*printed as usize).collect();
                *printed = u32::try_from(snapshot.text.chars().count()).unwrap_or(u32::MAX);
                heading + &tame(&rest)
            }
        }
    }

    /// Whose words follow, once.
    fn heading(&mut self, message: MessageId) -> String {
        self.begun.remove(&message).map_or_else(String::new, |author| format!("\n{}\n", self.author(author)))
    }

    fn event(&mut self, event: &EventKind) -> String {
        match event {
            EventKind::ConversationCreated { title, participants, .. } => {
                self.names = participants.iter().map(|seat| (seat.id, seat.name.clone())).collect();
                let names: Vec<_> = participants.iter().map(|seat| seat.name.as_str()).collect();
                format!("# {}\n{}\n", tame(title), names.join(", "))
            }
            EventKind::ParticipantJoined { participant, .. } => {
                self.names.insert(participant.id, participant.name.clone());
                format!("\n[{} joins the table]\n", tame(&participant.name))
            }
            EventKind::ParticipantLeft { participant } => format!("\n[{} leaves the table]\n", self.name(*participant)),
            EventKind::ParticipantChanged { participant, change } => {
                if let Some(name) = &change.name {
                    self.names.insert(*participant, name.clone());
                }
                String::new()
            }
            EventKind::SummaryWritten { model, .. } => format!("\n[{model} has summed up what was said before]\n"),
            EventKind::SummaryFailed { note } => format!("\n[not summed up: {}]\n", tame(note)),
            EventKind::TurnEnded { turn: _, outcome: TurnOutcome::Stalled } => "\n[passed over: not a word]\n".into(),
            EventKind::FallbackSwitched { from, to, because, detail, after_words: true, .. } => {
                format!("\n  ⤳ {from} broke off, {because} ({}): {to} goes on\n", tame(detail))
            }
            EventKind::FallbackSwitched { participant, from, to, because, detail, .. } => {
                let who = self.name(*participant);
                format!("\n  ⤳ {who} goes on with {to}: {from} failed, {because} ({})\n", tame(detail))
            }
            EventKind::MessageStarted { message, participant, .. } => {
                self.printed.insert(*message, 0);
                format!("\n{}\n", self.name(*participant))
            }
            EventKind::MessageTakenOver { message, from_char, .. } => {
                let printed = self.printed.entry(*message).or_default();
                let note = if *from_char < *printed { "  [struck; anew:]\n" } else { "" };
                *printed = (*printed).min(*from_char);
                note.to_owned()
            }
            EventKind::MessageCompleted { message, author: Author::Participant { .. }, text, .. } => {
                let printed = self.printed.remove(message).unwrap_or_default();
                format!("{}\n", tame(&text.chars().skip(printed as usize).collect::<String>()))
            }
            EventKind::MessageCompleted { author: Author::User, text, audience, images, .. } => {
                let said = tame(&with_images(text, images));
                format!("\nYou{}\n{said}\n", self.privately(audience.as_deref()))
            }
            EventKind::MessageInterrupted { message, text, cause, .. } => {
                // Of a round all comes at its end.
                let printed = self
                    .printed
                    .remove(message)
                    .unwrap_or_else(|| u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
                let rest: String = text.chars().skip(printed as usize).collect();
                format!("{} …\n  [{}]\n", tame(&rest), cut(cause))
            }
            EventKind::RoundStarted { members, .. } => {
                let names: Vec<_> = members.iter().map(|member| self.name(*member)).collect();
                format!("\n[{} answer at once]\n", names.join(", "))
            }
            EventKind::ConversationStateChanged { state, reason } => ending(*state, reason, self),
            _ => String::new(),
        }
    }

    fn privately(&self, audience: Option<&[ParticipantId]>) -> String {
        let Some(audience) = audience else { return String::new() };
        let names: Vec<_> = audience.iter().map(|reader| self.name(*reader)).collect();
        format!(" (whispering to {})", names.join(", "))
    }

    fn name(&self, participant: ParticipantId) -> &str {
        self.names.get(&participant).map_or("somebody", String::as_str)
    }
}

/// The words, and a line for each image.
fn with_images(text: &str, images: &[ImageRef]) -> String {
    let words = Some(text.to_owned()).filter(|text| !text.is_empty());
    words.into_iter().chain(images.iter().map(ImageRef::label)).collect::<Vec<_>>().join("\n")
}

fn ending(state: ConversationState, reason: &StateReason, script: &Script) -> String {
    match state {
        ConversationState::Completed | ConversationState::NeedsAttention | ConversationState::Paused => {
            endings::words(state, reason, |participant| script.name(participant).to_owned())
                .map(|words| format!("\n[{}]\n", tame(&words)))
                .unwrap_or_default()
        }
        ConversationState::Draft | ConversationState::Running => String::new(),
    }
}

fn cut(cause: &InterruptCause) -> String {
    match cause {
        InterruptCause::User => "stopped by you".into(),
        InterruptCause::Provider { class, detail } => format!("cut off: {class} ({})", tame(detail)),
        InterruptCause::Restarted => "cut off: the app ended here".into(),
        InterruptCause::Slept => "cut off: the computer slept".into(),
        InterruptCause::Left => "cut off: left the table".into(),
        InterruptCause::Interjected => "interrupted by you".into(),
        InterruptCause::Stalled { after_s } => format!("passed over: no new word for {after_s} s"),
        InterruptCause::TooLong => "cut off: the message reached the size limit".into(),
    }
}

/// A conversation of the history, whole; with the id of each message, if that is wanted.
pub fn render(view: &ConversationView, ids: bool) -> String {
    let mut text = format!("# {}\n{}\n", tame(&view.title), tame(&view.topic));
    if view.trashed {
        text.push_str("[in the trash: it can be read, or restored]\n");
    } else if view.archived {
        text.push_str("[archived]\n");
    }
    for message in &view.messages {
        if ids {
            text.push_str(&format!("\n{}", message.id));
        }
        text.push_str(&render_message(message, view));
        for summary in view.summaries.iter().filter(|summary| summary.through == message.id) {
            let by = if summary.edited { "you".to_owned() } else { summary.model.to_string() };
            let id = if ids { format!(" {}", summary.id) } else { String::new() };
            text.push_str(&format!("\n  [summed up to here by {by}{id}]\n  {}\n", tame(&summary.text)));
        }
    }
    if let Some(note) = &view.summary_failure {
        text.push_str(&format!("\n[not summed up: {}]\n", tame(note)));
    }
    text
}

fn render_message(message: &Message, view: &ConversationView) -> String {
    let name_of = |id: ParticipantId| {
        let mut known = view.participants.iter().chain(&view.left);
        known.find(|seat| seat.id == id).map_or("somebody", |seat| seat.name.as_str())
    };
    let name = match message.author {
        Author::User => "You",
        Author::Participant { participant } => name_of(participant),
    };
    let answered = message.attempts.iter().rev().find(|attempt| !is_failed(attempt.outcome.as_ref()));
    let by = answered.map_or_else(String::new, |attempt| format!("  ({})", attempt.model));
    let privately = message.audience.as_ref().map_or_else(String::new, |audience| {
        let names: Vec<_> = audience.iter().map(|reader| name_of(*reader)).collect();
        format!(" (whispering to {})", names.join(", "))
    });
    let mut text = format!("\n{name}{privately}{by}{}\n", place(message));
    if message.deleted {
        text.push_str("  [deleted]\n");
        return text;
    }
    for attempt in message.attempts.iter() {
        for repair in &attempt.repairs {
            text.push_str(&format!("  ⤳ {} refused the question: sent once more {repair}\n", attempt.model));
        }
        if let Some(AttemptOutcome::Failed { class, detail, .. }) = &attempt.outcome {
            text.push_str(&format!("  ⤳ {} failed: {class} ({})\n", attempt.model, tame(detail)));
        }
        if let Some(AttemptOutcome::Skipped { class, detail, .. }) = &attempt.outcome {
            text.push_str(&format!("  ⤳ {} passed over: {class} ({})\n", attempt.model, tame(detail)));
        }
    }
    text.push_str(&tame(&with_images(&message.text, &message.images)));
    text.push('\n');
    if let Some(cause) = &message.interrupted {
        text.push_str(&format!("  [{}]\n", cut(cause)));
    }
    text
}

/// Which alternative and which version it is, where there are several.
fn place(message: &Message) -> String {
    let mut place = String::new();
    if let Some(which) = message.alternatives.iter().position(|other| *other == message.id) {
        place.push_str(&format!("  {} of {}", which + 1, message.alternatives.len()));
    }
    if message.versions > 1 {
        place.push_str(&format!("  version {} of {}", message.version, message.versions));
    }
    place
}

fn is_failed(outcome: Option<&AttemptOutcome>) -> bool {
    matches!(outcome, Some(AttemptOutcome::Failed { .. } | AttemptOutcome::Skipped { .. }))
}
