//! The tree of messages: alternatives, versions, branches, and taking all of it back.

use chimera_core::{
    BranchComparison, BranchId, BranchView, ConversationId, ConversationView, EventKind, MAX_NAME_CHARS, MAX_SAY_CHARS,
    MAX_SUMMARY_CHARS, MessageId, MessageVersion, ModelRef, SummaryId,
};
use chimera_engine::{Command, EditAs};

use crate::{Chimera, Error, Result, compare, validate};

impl Chimera {
    /// The same speaker says it anew, beside the message and on a branch of its own; what followed stays on the old
    /// one. A named model is asked instead of the speaker's route, also when it had been switched off. Afterwards the
    /// conversation is paused or completed as it was before.
    pub async fn regenerate(&self, id: ConversationId, message: MessageId, model: Option<ModelRef>) -> Result<()> {
        self.must_write()?;
        if let Some(model) = &model {
            validate::check_model("model", model, self.connection_list())?;
            self.health_board().forgive(std::slice::from_ref(model)).await;
        }
        self.tell(id, Command::Regenerate { message, model }).await.map(drop)
    }

    /// On to the branch that holds this message, after the newest message there; of several the one used last.
    pub async fn choose_alternative(&self, id: ConversationId, message: MessageId) -> Result<()> {
        self.tell(id, Command::ChooseAlternative { message }).await.map(drop)
    }

    /// Other words for a message: in its place as a new version, or, for the user's own, beside it as an alternative
    /// from which the conversation goes on. What shows something may be without words.
    pub async fn edit_message(&self, id: ConversationId, message: MessageId, text: &str, edit: EditAs) -> Result<()> {
        validate::at_most("text", text.trim(), MAX_SAY_CHARS)?;
        let text = text.trim().to_owned();
        self.tell(id, Command::Edit { message, text, edit }).await.map(drop)
    }

    /// Better words for what stands in prompts for the talk before their window.
    pub async fn edit_summary(&self, id: ConversationId, summary: SummaryId, text: &str) -> Result<()> {
        let text = validate::text("text", text, MAX_SUMMARY_CHARS)?;
        self.tell(id, Command::EditSummary { summary, text }).await.map(drop)
    }

    /// Hides it from people and models; nothing is lost.
    pub async fn delete_message(&self, id: ConversationId, message: MessageId) -> Result<()> {
        self.tell(id, Command::Delete { message }).await.map(drop)
    }

    pub async fn restore_message(&self, id: ConversationId, message: MessageId) -> Result<()> {
        self.tell(id, Command::Restore { message }).await.map(drop)
    }

    /// Takes back the newest edit, deletion, restoration, branch or switch of this conversation, and when asked again
    /// the one before it.
    pub async fn undo(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Undo).await.map(drop)
    }

    pub async fn redo(&self, id: ConversationId) -> Result<()> {
        self.tell(id, Command::Redo).await.map(drop)
    }

    /// The conversation goes on after this message, on a branch of its own; a start or a resume lets them talk.
    pub async fn branch(&self, id: ConversationId, from: MessageId, name: Option<&str>) -> Result<BranchId> {
        let name = name.map(|name| validate::line("name", name, MAX_NAME_CHARS)).transpose()?;
        let events = self.tell(id, Command::Branch { from, name }).await?;
        let made = events.iter().find_map(|event| match event.kind {
            EventKind::BranchCreated { branch, .. } => Some(branch),
            _ => None,
        });
        Ok(made.expect("a new branch is recorded"))
    }

    /// They talk on from this message: on a branch of its own, unless nothing has followed it.
    pub async fn continue_from(&self, id: ConversationId, message: MessageId) -> Result<()> {
        self.tell(id, Command::ContinueFrom { message }).await.map(drop)
    }

    pub async fn switch_branch(&self, id: ConversationId, branch: BranchId) -> Result<()> {
        self.tell(id, Command::SwitchBranch { branch }).await.map(drop)
    }

    pub async fn rename_branch(&self, id: ConversationId, branch: BranchId, name: &str) -> Result<()> {
        let name = validate::line("name", name, MAX_NAME_CHARS)?;
        self.tell(id, Command::RenameBranch { branch, name }).await.map(drop)
    }

    /// In the order they were made; there is always one.
    pub async fn branches(&self, id: ConversationId) -> Result<Vec<BranchView>> {
        let branches = self.store().branches(id).await?;
        if branches.is_empty() { Err(Error::no_conversation(id)) } else { Ok(branches) }
    }

    /// The conversation with the messages of this branch, without going there.
    pub async fn conversation_on(&self, id: ConversationId, branch: BranchId) -> Result<ConversationView> {
        self.known_branch(id, branch, "branch").await?;
        let words = self.words(id);
        let view = self.store().conversation_on(id, branch).await?;
        let view = view.ok_or_else(|| Error::no_branch(branch, "branch"))?;
        Ok(words.into_view(view, &self.words(id)))
    }

    /// Every wording of a message, the first first.
    pub async fn versions(&self, id: ConversationId, message: MessageId) -> Result<Vec<MessageVersion>> {
        let versions = self.store().versions(id, message).await?;
        if versions.is_empty() { Err(Error::no_message(message)) } else { Ok(versions) }
    }

    /// Two branches side by side, from where they part.
    pub async fn compare_branches(
        &self,
        id: ConversationId,
        left: BranchId,
        right: BranchId,
    ) -> Result<BranchComparison> {
        let left_branch = self.known_branch(id, left, "left").await?;
        let right_branch = self.known_branch(id, right, "right").await?;
        let (left, right) = (self.conversation_on(id, left).await?, self.conversation_on(id, right).await?);
        Ok(compare::branches((left_branch, left.messages), (right_branch, right.messages)))
    }

    async fn known_branch(&self, id: ConversationId, branch: BranchId, field: &str) -> Result<BranchView> {
        let found = self.branches(id).await?.into_iter().find(|known| known.id == branch);
        found.ok_or_else(|| Error::no_branch(branch, field))
    }
}
