//! Conversations: create, read, and everything that is said to a running one.

use chimera_core::{
    ConversationChange, ConversationId, ConversationSummary, ConversationUsage, ConversationView, Event, MessageId,
    MessageStatus, ModelRef, NewConversation, Part, ParticipantId, Seq, Topic,
};
use chimera_engine::{Command, CommandError, Dialogue, SayWhen, StopWhen};
use chimera_store::Page;

use crate::{Chimera, Error, Result, once, validate};

/// Conversations on one page of the list, at most.
pub(crate) const MAX_PAGE: u32 = 200;
/// Events read from the log at once when a conversation is woken.
const REPLAY_PAGE: u32 = 1_000;

impl Chimera {
    /// Nothing is created unless every field holds.
    pub async fn create_conversation(&self, new: NewConversation) -> Result<ConversationView> {
        self.must_write()?;
        let created = validate::conversation(new, self.connection_list(), self.now())?;
        let recorded =
            once::append(self.store(), Topic::Conversation(created.id), self.now(), vec![created.event]).await?;
        let id = recorded.iter().find_map(Event::conversation).unwrap_or(created.id);
        self.conversation(id).await
    }

    /// A page of the list, of what is neither archived nor in the trash: what changed last first. `limit` is held between 1 and 200.
    pub async fn conversations(&self, cursor: Option<&str>, limit: u32) -> Result<Page<ConversationSummary>> {
        Ok(self.store().conversations(cursor, limit.clamp(1, MAX_PAGE)).await?)
    }

    /// The conversation as it stands; an unfinished message carries the words that have come so far.
    pub async fn conversation(&self, id: ConversationId) -> Result<ConversationView> {
        // The words are taken first: a message that ends in between is read whole from the store.
        let words = self.words(id);
        let view = self.store().conversation(id).await?.ok_or_else(|| Error::no_conversation(id))?;
        Ok(words.into_view(view, &self.words(id)))
    }

    /// The words so far of unfinished messages.
    pub(crate) fn words(&self, id: ConversationId) -> Words {
        Words(self.hub().words(Topic::Conversation(id)))
    }

    /// What its calls have come to, by participant and by model.
    pub async fn usage(&self, id: ConversationId) -> Result<ConversationUsage> {
        self.store().usage(id).await?.ok_or_else(|| Error::no_conversation(id))
    }

    pub async fn start(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Start).await.map(drop)
    }

    pub async fn pause(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Pause).await.map(drop)
    }

    pub async fn resume(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Resume).await.map(drop)
    }

    /// One turn, then paused again.
    pub async fn step(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Step).await.map(drop)
    }

    pub async fn stop(&self, id: ConversationId, when: StopWhen) -> Result<()> {
        self.tell(id, Command::Stop(when)).await.map(drop)
    }

    /// Asks the speaker that failed once more, and of its models those, too, that had been switched off.
    ///
    /// Models that are named are asked instead of its own, in this one turn.
    pub async fn retry(&self, id: ConversationId, route: Vec<ModelRef>) -> Result<()> {
        self.must_write()?;
        if !route.is_empty() {
            validate::check_route("route", &route, self.connection_list())?;
            self.health_board().forgive(&route).await;
            return self.tell(id, Command::RetryWith { route }).await.map(drop);
        }
        let view = self.conversation(id).await?;
        let asked = view.turn.into_iter().flat_map(|turn| turn.attempts).map(|attempt| attempt.model);
        let models: Vec<_> = view.participants.into_iter().flat_map(|seat| seat.route).chain(asked).collect();
        self.health_board().forgive(&models).await;
        self.tell(id, Command::Retry).await.map(drop)
    }

    /// Goes on with the next speaker.
    pub async fn skip(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Skip).await.map(drop)
    }

    /// Cuts off this one speaker; in a round the others go on.
    pub async fn skip_participant(&self, id: ConversationId, participant: ParticipantId) -> Result<()> {
        self.tell(id, Command::SkipParticipant { participant }).await.map(drop)
    }

    /// This participant speaks next, whatever the policy: at once and for one turn when the conversation does not run.
    pub async fn nudge(&self, id: ConversationId, participant: ParticipantId) -> Result<()> {
        self.tell(id, Command::Nudge { participant }).await.map(drop)
    }

    /// From now on only the user can make it speak.
    pub async fn mute(&self, id: ConversationId, participant: ParticipantId) -> Result<()> {
        self.tell(id, Command::Mute { participant }).await.map(drop)
    }

    pub async fn unmute(&self, id: ConversationId, participant: ParticipantId) -> Result<()> {
        self.tell(id, Command::Unmute { participant }).await.map(drop)
    }

    pub async fn rename(&self, id: ConversationId, title: &str) -> Result<()> {
        let title = validate::title(title)?;
        self.tell(id, Command::Rename { title }).await.map(drop)
    }

    /// Another policy, other end rules, more or less patience: from now on, also while it runs.
    pub async fn change(&self, id: ConversationId, change: ConversationChange) -> Result<()> {
        let ConversationView { participants, end, .. } = self.conversation(id).await?;
        // Who has left keeps what the rules give it, and is no reason to refuse other rules.
        let known = end.phrase.iter().flat_map(|phrase| &phrase.by);
        let names: Vec<&str> = participants.iter().map(|seat| &seat.name).chain(known).map(String::as_str).collect();
        let change = validate::conversation_change(change, &names, self.connection_list())?;
        self.tell(id, Command::ChangeConversation { change }).await.map(drop)
    }

    /// What the user says stands in the next prompt, whatever state the conversation is in; `Now` cuts off whoever
    /// speaks.
    pub async fn say(&self, id: ConversationId, text: &str, when: SayWhen) -> Result<MessageId> {
        self.whisper(id, text, when, Vec::new()).await
    }

    /// Said to these participants alone: nobody else learns of it. Said to nobody in particular, everybody hears it.
    pub async fn whisper(
        &self,
        id: ConversationId,
        text: &str,
        when: SayWhen,
        to: Vec<ParticipantId>,
    ) -> Result<MessageId> {
        self.say_with_images(id, text, Vec::new(), when, to).await
    }

    /// From now on the message stands in every prompt of those who heard it.
    pub async fn pin(&self, id: ConversationId, message: MessageId) -> Result<()> {
        self.tell(id, Command::Pin { message }).await.map(drop)
    }

    pub async fn unpin(&self, id: ConversationId, message: MessageId) -> Result<()> {
        self.tell(id, Command::Unpin { message }).await.map(drop)
    }

    /// Events of the log after a cursor, for those who read rather than listen. `limit` is held between 1 and 1,000.
    pub async fn events(&self, after: Seq, topic: Option<Topic>, limit: u32) -> Result<Vec<Event>> {
        Ok(self.store().events(after, topic, limit.clamp(1, REPLAY_PAGE)).await?)
    }

    pub(crate) async fn tell(&self, id: ConversationId, command: Command) -> Result<Vec<Event>> {
        let receipt = once::take();
        if let Some(receipt) = &receipt
            && let Some(events) = once::done(self.store(), receipt).await?
        {
            return Ok(events);
        }
        match self.wake(id).await?.command_once(command.clone(), receipt.clone()).await {
            // It went to sleep in this very moment: woken once more.
            Err(CommandError::Gone) => Ok(self.wake(id).await?.command_once(command, receipt).await?),
            told => Ok(told?),
        }
    }

    pub(crate) async fn replay(&self, id: ConversationId) -> Result<Dialogue> {
        Ok(Dialogue::replay(id, &self.log_of(id).await?))
    }

    /// Every event of a conversation.
    pub(crate) async fn log_of(&self, id: ConversationId) -> Result<Vec<Event>> {
        let mut events: Vec<Event> = Vec::new();
        loop {
            let after = events.last().map_or(Seq::START, |event| event.seq);
            let page = self.store().events(after, Some(Topic::Conversation(id)), REPLAY_PAGE).await?;
            let is_last = page.len() < REPLAY_PAGE as usize;
            events.extend(page);
            if is_last {
                break;
            }
        }
        if events.is_empty() {
            return Err(Error::no_conversation(id));
        }
        Ok(events)
    }

    /// After a crash or a hard end: what was under way is ended in the log, with the words that were kept.
    pub(crate) async fn recover(&self) -> Result<()> {
        for left in self.store().unfinished().await? {
            self.wake(left.conversation).await?;
        }
        Ok(())
    }
}

/// The words so far of unfinished messages, at one moment.
pub(crate) struct Words(Vec<(MessageId, String)>);

impl Words {
    /// Taken before the view was read; `later` after it. Words that were struck meanwhile are of another moment than the
    /// view: then it keeps those of the checkpoint.
    pub(crate) fn into_view(self, mut view: ConversationView, later: &Words) -> ConversationView {
        let still_stand = |id: &MessageId, text: &str| {
            later.0.iter().find(|(of, _)| of == id).is_none_or(|(_, later)| later.starts_with(text))
        };
        for message in view.messages.iter_mut().filter(|message| message.status == MessageStatus::Streaming) {
            let known = self.0.iter().find(|(of, text)| *of == message.id && still_stand(of, text));
            if let Some((_, text)) = known {
                message.text.clone_from(text);
                message.parts = Part::of(&message.attempts, text);
            }
        }
        view
    }
}
